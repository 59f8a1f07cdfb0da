#include "protocols/maelstrom/supervisor/thread.hpp"

#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

namespace hearsay::maelstrom {
namespace {

template <std::size_t size>
std::size_t slurp(int file, std::array<char, size>& to) {
  const ssize_t got = pread(file, to.data(), size - 1, 0);
  const std::size_t end = got > 0 ? static_cast<std::size_t>(got) : 0;
  to[end] = 0;
  return end;
}

}  // namespace

Thread::Thread(pid_t thread, pid_t its_process)
    : id(thread),
      process(its_process),
      syscall_(open_in_proc("syscall", O_RDONLY)),
      stat_(open_in_proc("stat", O_RDONLY)),
      schedstat_(open_in_proc("schedstat", O_RDONLY)),
      memory_(open_in_proc("mem", O_RDWR)) {}

Thread::~Thread() {
  for (const int file : {syscall_, stat_, schedstat_, memory_, process_handle_})
    if (file >= 0) close(file);
}

int Thread::open_in_proc(const char* file, int flags) const {
  const std::string path = "/proc/" + std::to_string(process) + "/task/" + std::to_string(id) + "/" + file;
  return open(path.c_str(), flags | O_CLOEXEC);
}

Registers Thread::registers() const {
  Registers registers{};
  ptrace(PTRACE_GETREGS, id, nullptr, &registers);
  return registers;
}

void Thread::set_registers(const Registers& registers) const { ptrace(PTRACE_SETREGS, id, nullptr, &registers); }

void Thread::go_on(int request, int signal) {
  held = Held::no;
  // It may have been killed meanwhile, which its end will report.
  ptrace(static_cast<__ptrace_request>(request), id, nullptr, static_cast<std::uintptr_t>(signal));
}

bool Thread::read(std::uint64_t address, void* to, std::size_t bytes) const {
  return pread(memory_, to, bytes, static_cast<off_t>(address)) == static_cast<ssize_t>(bytes);
}

bool Thread::write(std::uint64_t address, const void* from, std::size_t bytes) const {
  return pwrite(memory_, from, bytes, static_cast<off_t>(address)) == static_cast<ssize_t>(bytes);
}

std::int64_t Thread::word(std::uint64_t address) const {
  std::int64_t value = 0;
  return read(address, &value, sizeof value) ? value : 0;
}

std::string Thread::text(std::uint64_t address, std::size_t most) const {
  std::string text(most, '\0');
  const ssize_t got = pread(memory_, text.data(), most, static_cast<off_t>(address));
  text.resize(got > 0 ? strnlen(text.data(), static_cast<std::size_t>(got)) : 0);
  return text;
}

void Thread::reopen_memory() {
  if (memory_ >= 0) close(memory_);
  memory_ = open_in_proc("mem", O_RDWR);
}

int Thread::process_handle() {
  if (process_handle_ < 0) process_handle_ = static_cast<int>(syscall(SYS_pidfd_open, process, 0));
  return process_handle_;
}

bool Thread::looks_asleep() {
  std::array<char, 256> call{};
  if (slurp(schedstat_, seen_) > 0 && std::strcmp(seen_.data(), at_rest_.data()) == 0) return true;
  if (slurp(syscall_, call) > 0 && call[0] != 'r' && call[0] != '-') return true;
  std::array<char, 512> stat{};
  if (slurp(stat_, stat) == 0) return false;
  const char* name_end = std::strrchr(stat.data(), ')');
  return name_end != nullptr && (name_end[2] == 'Z' || name_end[2] == 'X');  // the first thread can end before others
}

bool Thread::still_asleep() const {
  std::array<char, 512> stat{};
  if (slurp(stat_, stat) == 0) return false;
  const char* name_end = std::strrchr(stat.data(), ')');
  if (name_end == nullptr || std::strchr("SZX", name_end[2]) == nullptr) return false;
  std::array<char, 80> now{};
  slurp(schedstat_, now);
  return std::strcmp(now.data(), seen_.data()) == 0;
}

std::int64_t Thread::processor_time() const {
  std::array<char, 80> text{};
  return slurp(schedstat_, text) > 0 ? std::strtoll(text.data(), nullptr, 10) : 0;
}

std::string Thread::doing() const {
  std::array<char, 256> call{};
  if (slurp(syscall_, call) == 0 || call[0] == 'r' || call[0] == '-') return "runs, in no system call";
  return "is in system call " + std::string(call.data(), std::strcspn(call.data(), " "));
}

}  // namespace hearsay::maelstrom
