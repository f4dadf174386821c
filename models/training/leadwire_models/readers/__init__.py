"""One file a source; each gives a Cohort."""
