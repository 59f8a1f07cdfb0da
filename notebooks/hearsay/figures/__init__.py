"""Pictures of single scenarios, beside closed forms and published figures: those of the documentation and the notebooks."""
