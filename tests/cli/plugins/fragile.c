/* Says that it is a plugin, and does not survive being loaded. */
#include <signal.h>

const char hearsay_plugin_interface[] = "hearsay-plugin:" INTERFACE;
__attribute__((constructor)) static void begin(void) { raise(SIGSEGV); }
