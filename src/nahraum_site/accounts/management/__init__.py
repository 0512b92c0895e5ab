"""Commands for those who keep the site running."""
