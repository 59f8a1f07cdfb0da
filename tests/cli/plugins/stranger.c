int stranger(void) { return 7; }
