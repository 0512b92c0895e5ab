"""Whether quotations of few people may be shown: asked by who leads a study, decided by a releaser outside it."""
