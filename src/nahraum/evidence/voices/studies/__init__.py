"""Studies: what is asked, when and whom; rules of the method, the sample, the plan, consent and retention."""
