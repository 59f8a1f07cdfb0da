#include "protocols/maelstrom/supervisor/child.hpp"

#include <fcntl.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "protocols/maelstrom/supervisor/filter.hpp"

namespace hearsay::maelstrom {
namespace {

constexpr int random_descriptor = 1000;  // as the path in vdso.cpp says
constexpr rlim_t gibibyte = 1U << 30U;

void limit(int what, rlim_t most) {
  rlimit limits{};
  getrlimit(static_cast<__rlimit_resource>(what), &limits);
  limits.rlim_cur = limits.rlim_max = std::min(most, limits.rlim_max);
  setrlimit(static_cast<__rlimit_resource>(what), &limits);
}

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "hearsay: %s: %s\n", what, std::strerror(errno));
  _exit(exec_failed);
}

#ifndef HEARSAY_REAL_ONLY
void prepare_to_be_traced(const ChildFiles& files) {
  if (dup2(files.random, random_descriptor) < 0) fail("cannot open 1001 files");
  // Not permitted in some containers; then what a program derives from its addresses does not repeat.
  personality(ADDR_NO_RANDOMIZE);
  char go = 0;
  if (read(files.go, &go, 1) != 1) _exit(exec_failed);
  if (prctl(PR_SET_TSC, PR_TSC_SIGSEGV) != 0) fail("PR_SET_TSC");
}
#endif

}  // namespace

std::string end_of(int status) {
  if (!WIFSIGNALED(status)) return "exited with status " + std::to_string(WEXITSTATUS(status));
  const char* name = sigabbrev_np(WTERMSIG(status));
  return "was ended by " + (name != nullptr ? std::string("SIG") + name : "signal " + std::to_string(WTERMSIG(status)));
}

void exec_node(const Settings& settings, const ChildFiles& files) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int errors = open(settings.errors.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  dup2(files.input, STDIN_FILENO);
  dup2(files.output, STDOUT_FILENO);
  if (errors >= 0) dup2(errors, STDERR_FILENO);
  limit(RLIMIT_NOFILE, 4096);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, gibibyte);
  limit(RLIMIT_DATA, 8 * gibibyte);
  signal(SIGPIPE, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);  // the supervisor blocks SIGCHLD
#ifndef HEARSAY_REAL_ONLY
  const bool traced = !settings.real_epoch;
  if (traced) prepare_to_be_traced(files);
#endif
  std::vector<char*> arguments;
  for (const std::string& word : settings.node) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  std::array environment{const_cast<char*>("PATH=/usr/local/bin:/usr/bin:/bin"), const_cast<char*>("LANG=C.UTF-8"),
                         const_cast<char*>("HOME=/"), const_cast<char*>("TZ=UTC"), static_cast<char*>(nullptr)};
#ifndef HEARSAY_REAL_ONLY
  if (traced && !install_filter(settings.busy_poll > 0)) fail("seccomp");
#endif
  execve(arguments[0], arguments.data(), environment.data());
  fail(arguments[0]);
}

}  // namespace hearsay::maelstrom
