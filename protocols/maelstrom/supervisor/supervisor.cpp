// Processes and threads of the node: how they begin, stop and end.
#include "protocols/maelstrom/supervisor/supervisor.hpp"

#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "protocols/maelstrom/supervisor/child.hpp"

namespace hearsay::maelstrom {
namespace {

constexpr std::size_t most_threads = 1024;  // of a node, those of its child processes included
constexpr std::ptrdiff_t most_processes = 64;
constexpr int trap_of_call = SIGTRAP | 0x80;

}  // namespace

Supervisor::Supervisor(Settings settings) : settings_(std::move(settings)), random_state_(settings_.seed) {}

Supervisor::~Supervisor() {
  for (const auto& thread : threads_) kill(thread->process, SIGKILL);
  for (const int file : {input_, output_pipe_, random_file_})
    if (file >= 0) close(file);
}

void Supervisor::give_up(NodeState state, const std::string& why) {
  if (state_ != NodeState::running) return;
  state_ = state;
  why_ = why;
  for (const auto& thread : threads_) kill(thread->process, SIGKILL);
}

void Supervisor::start(const Clocks& clocks) {
  clocks_ = clocks;
  spawn();
  if (state_ == NodeState::running) run_until_rest();
}

void Supervisor::spawn() {
  std::array<int, 2> in{}, out{}, go{};
  random_file_ = memfd_create("random", MFD_CLOEXEC);
  if (random_file_ < 0 || pipe2(in.data(), O_CLOEXEC) != 0 || pipe2(out.data(), O_CLOEXEC) != 0 ||
      pipe2(go.data(), O_CLOEXEC) != 0)
    return give_up(NodeState::refused, std::string("has no pipes: ") + std::strerror(errno));
  const ChildFiles files{in[0], out[1], go[0], random_file_};
  node_ = fork();
  if (node_ == 0) exec_node(settings_, files);
  close(in[0]);
  close(out[1]);
  close(go[0]);
  input_ = in[1];
  output_pipe_ = out[0];
  fcntl(input_, F_SETFL, O_NONBLOCK);
  fcntl(output_pipe_, F_SETFL, O_NONBLOCK);
  constexpr std::uintptr_t options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACESECCOMP | PTRACE_O_TRACECLONE |
                                     PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEVFORKDONE |
                                     PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
  if (node_ < 0 || ptrace(PTRACE_SEIZE, node_, nullptr, options) != 0) {
    const int error = errno;
    close(go[1]);
    return give_up(NodeState::refused, std::string("cannot be traced here: ptrace: ") + std::strerror(error));
  }
  turn_ = node_;
  add(node_, node_);
  [[maybe_unused]] const auto written = ::write(go[1], "x", 1);
  close(go[1]);
}

Thread* Supervisor::find(pid_t id) {
  const auto it = std::find_if(threads_.begin(), threads_.end(), [id](const auto& t) { return t->id == id; });
  return it == threads_.end() ? nullptr : it->get();
}

Thread& Supervisor::add(pid_t id, pid_t process) {
  threads_.push_back(std::make_unique<Thread>(id, process));
  threads_.back()->birth = ++births_;
  threads_.back()->last_turn = ++turns_;
  if (threads_.size() > most_threads)
    give_up(NodeState::refused, "has more than " + std::to_string(most_threads) + " threads");
  const auto is_process = [](const auto& one) { return one->id == one->process; };
  if (std::count_if(threads_.begin(), threads_.end(), is_process) > most_processes)
    give_up(NodeState::refused, "has more than " + std::to_string(most_processes) + " processes");
  return *threads_.back();
}

void Supervisor::drop(pid_t id) {
  if (turn_ == id) turn_ = 0;
  std::erase_if(threads_, [id](const auto& thread) { return thread->id == id; });
  std::erase_if(timers_, [id](const Timer& timer) { return timer.process == id; });
}

bool Supervisor::drain_stops() {
  bool any = false;
  int status = 0;
  for (pid_t id = 0; (id = waitpid(-1, &status, __WALL | WNOHANG)) > 0; any = true) on_stop(id, status);
  return any;
}

void Supervisor::on_end(pid_t id, int status) {
  drop(id);
  if (id != node_) return;
  if (WIFEXITED(status) && WEXITSTATUS(status) == exec_failed)
    give_up(NodeState::refused, "could not be started: see its stderr");
  else
    give_up(NodeState::ended, end_of(status));
}

// Only the thread whose turn it is runs.
void Supervisor::run_or_hold(Thread& thread) {
  if (turn_ == thread.id)
    thread.go_on(PTRACE_CONT);
  else
    thread.held = Held::for_turn;
}

void Supervisor::on_stop(pid_t id, int status) {
  ++activity_;
  if (!WIFSTOPPED(status)) return on_end(id, status);
  Thread* thread = find(id);
  if (thread == nullptr) {
    add(id, id).held = Held::unknown;
    return;
  }
  const int event = status >> 16, signal = WSTOPSIG(status);
  switch (event) {
    case PTRACE_EVENT_SECCOMP: return on_call(*thread);
    case PTRACE_EVENT_CLONE:
    case PTRACE_EVENT_FORK:
    case PTRACE_EVENT_VFORK: return on_new_thread(*thread, event);
    case PTRACE_EVENT_VFORK_DONE: return run_or_hold(*thread);
    case PTRACE_EVENT_EXEC: return on_exec(*thread);
    case PTRACE_EVENT_STOP: return on_group_stop(*thread, signal);
    default: break;
  }
  if (signal == trap_of_call)
    thread->in_call ? on_call_end(*thread) : thread->go_on(PTRACE_CONT);
  else if (signal == SIGSEGV && answer_rdtsc(*thread))
    thread->go_on(PTRACE_CONT);
  else
    thread->go_on(PTRACE_CONT, signal);
}

void Supervisor::on_group_stop(Thread& thread, int signal) {
  if (signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU) {
    thread.go_on(PTRACE_LISTEN);
  } else if (thread.fired) {  // the interrupt came too late: the call had just ended
    thread.fired = false;
    if (thread.held == Held::no) thread.go_on(PTRACE_CONT);
  } else {
    run_or_hold(thread);
  }
}

void Supervisor::on_new_thread(Thread& parent, int event) {
  unsigned long message = 0;
  ptrace(PTRACE_GETEVENTMSG, parent.id, nullptr, &message);
  const auto child_id = static_cast<pid_t>(message);
  const pid_t process = event == PTRACE_EVENT_CLONE ? parent.process : child_id;
  const PatchedVdso vdso = parent.vdso;
  const bool stopped = find(child_id) != nullptr;  // it has been seen already
  if (stopped) drop(child_id);
  Thread& child = add(child_id, process);
  child.vdso = vdso;
  if (event == PTRACE_EVENT_VFORK) turn_ = child_id;
  if (stopped) run_or_hold(child);
  parent.go_on(PTRACE_CONT);
  if (event == PTRACE_EVENT_VFORK) parent.held = Held::by_vfork;
}

// New memory, one thread: the vDSO is whole again, and the kernel has put 16 random bytes on the stack, from which the
// C library and Go seed what they randomise.
void Supervisor::on_exec(Thread& thread) {
  const pid_t process = thread.process;
  std::erase_if(threads_, [&](const auto& t) { return t->process == process && t->id != process; });
  Thread& first = *find(process);
  first.reopen_memory();
  first.in_call = first.fired = false;
  first.deadline = no_deadline;
  turn_ = first.id;
  std::array<std::uint64_t, 128> vector{};
  const int file = open(("/proc/" + std::to_string(process) + "/auxv").c_str(), O_RDONLY | O_CLOEXEC);
  const ssize_t got = file < 0 ? 0 : read(file, vector.data(), sizeof vector);
  if (file >= 0) close(file);
  std::uint64_t vdso = 0, random_bytes = 0;
  for (std::size_t i = 0; i + 1 < static_cast<std::size_t>(got) / sizeof vector[0]; i += 2) {
    if (vector[i] == AT_SYSINFO_EHDR) vdso = vector[i + 1];
    if (vector[i] == AT_RANDOM) random_bytes = vector[i + 1];
  }
  first.vdso = patch_vdso(first.memory(), vdso, settings_.busy_poll > 0);
  write_clocks(first.memory(), first.vdso, clocks_);
  const std::array<std::uint64_t, 2> seeds{random(), random()};
  if (random_bytes != 0) first.write(random_bytes, seeds.data(), sizeof seeds);
  first.go_on(PTRACE_CONT);
}

// The processor's counter faults by PR_SET_TSC: it shows simulated time, and two looks at it differ.
bool Supervisor::answer_rdtsc(Thread& thread) {
  Registers r = thread.registers();
  std::array<unsigned char, 3> code{};
  thread.read(r.rip, code.data(), code.size());
  const bool rdtsc = code[0] == 0x0f && code[1] == 0x31;
  const bool rdtscp = code[0] == 0x0f && code[1] == 0x01 && code[2] == 0xf9;
  if (!rdtsc && !rdtscp) return false;
  const auto value = static_cast<std::uint64_t>(clocks_.read(CLOCK_MONOTONIC)) + ++ticks_;
  r.rax = value & 0xffffffffU;
  r.rdx = value >> 32U;
  if (rdtscp) r.rcx = 0;
  r.rip += rdtsc ? 2 : 3;
  thread.set_registers(r);
  return true;
}

}  // namespace hearsay::maelstrom
