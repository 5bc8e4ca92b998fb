"""What the pages of the console show, as values: made of the store, for one viewer's scope."""
