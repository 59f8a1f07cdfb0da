#include "sim/hunt/picture.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

#include "sim/cli/program.hpp"
#include "sim/cli/worker_pool.hpp"

namespace hearsay::hunt {

namespace fs = std::filesystem;

int call_own_program(const std::vector<std::string>& words) {
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child < 0) return -1;
  if (child == 0) {
    die_with(parent);
    const int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(nowhere, fd);
    try {
      become(own_program(), words);
    } catch (const std::exception&) {
      _exit(255);
    }
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void draw_space_time(const std::string& base) {
  const std::string store = base + ".sqlite", folder = base + ".plots";
  call_own_program({"run", base + ".yaml", "--results", store, "--quiet"});
  const int status = call_own_program({"plot", store, "--run", "1", "--scenario-file", base + ".yaml", "-o", folder});
  std::error_code ignored;
  if (status == 0) {
    for (const auto& file : fs::directory_iterator(folder, ignored))
      if (file.path().extension() == ".png") fs::rename(file.path(), base + ".png", ignored);
  } else {
    std::ofstream(base + ".txt", std::ios::app)
        << "\nno picture: `plot` needs python3-matplotlib and python3-pandas, and a run of at most 4000 messages\n";
  }
  fs::remove(store, ignored);
  fs::remove_all(folder, ignored);
}

}  // namespace hearsay::hunt
