// A shared object without a word of ours in it.
extern "C" int stranger() { return 1; }
