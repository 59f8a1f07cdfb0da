#include "protocols/maelstrom/replica.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>

#include "protocols/maelstrom/messages.hpp"
#include "protocols/maelstrom/node_logs.hpp"

namespace hearsay::maelstrom {
namespace {

namespace fs = std::filesystem;

constexpr const char* folder_name = "maelstrom-folder";  // in the node's Storage: where its disk lies
constexpr int patience_s = 20;
constexpr std::size_t most_partial = 16U << 20U;  // bytes of a line

std::string name_of_node(NodeId node) { return "n" + std::to_string(node); }

// The last lines of a file, for a message.
std::string tail(const std::string& file) {
  constexpr std::size_t most = 2000;
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  const std::string all = text.str();
  return all.size() <= most ? all : "..." + all.substr(all.size() - most);
}

std::string names_as_json(const std::set<NodeId>& nodes) {
  std::string list = "[";
  for (const NodeId node : nodes) list += (list.size() > 1 ? "," : "") + quoted_json(name_of_node(node));
  return list + "]";
}

std::string& folder_of_logs() {
  static std::string folder;
  return folder;
}

std::int64_t time_of(const Context& context) { return context.now().time_since_epoch().count(); }

}  // namespace

std::string Folders::make(NodeId node) {
  if (root_.empty()) {
    std::string pattern = (fs::temp_directory_path() / "hearsay-nodes-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make a folder for nodes: " + pattern);
    root_ = pattern;
    cleaner_ = std::make_unique<Helper>(std::vector<std::string>{supervisor_program(), "clean", root_});
  }
  // What an earlier run has left; a node whose disk was lost goes on in its log.
  if (logged_.insert(node).second) fs::remove(errors_of(node));
  std::string folder = root_ + "/" + name_of_node(node) + "-" + std::to_string(++made_);
  fs::create_directory(folder);
  return folder;
}

std::string Folders::errors_of(NodeId node) const {
  return (log_folder().empty() ? root_ : log_folder()) + "/" + name_of_node(node) + ".log";
}

void keep_logs_in(const std::string& folder) { folder_of_logs() = fs::absolute(folder).string(); }
const std::string& log_folder() { return folder_of_logs(); }

void Replica::start(Context& context, StartReason) {
  name_ = name_of_node(context.self());
  auto folder = context.storage().get(folder_name);
  if (!folder) {  // a disk that is new, or was lost
    folder = shared_.folders->make(context.self());
    context.storage().put(folder_name, *folder);
    context.storage().sync();
  }
  const std::string supervisor = supervisor_program();
  if (supervisor.empty())
    throw std::runtime_error("hearsay-nodes is not beside the program; build or install it again");
  NodeSettings settings{supervisor,
                        context.random().next(),
                        params_->busy_poll.count(),
                        patience_s,
                        *folder,
                        shared_.folders->errors_of(context.self()),
                        pace(context),
                        params_->pace == Pace::virtual_ ? shared_.processor->number() : 0,
                        {params_->bin.found}};
  settings.program.insert(settings.program.end(), params_->args.begin(), params_->args.end());
  process_ = std::make_unique<NodeProcess>(settings);
  now_ = clock_ = time_of(context);
  context.state_digest(0);
  std::set<NodeId> nodes(context.peers().begin(), context.peers().end());
  nodes.insert(context.self());
  for (const NodeId node : nodes) nodes_.emplace(name_of_node(node), node);
  for (const NodeId node : context.neighbours()) nodes_.emplace(name_of_node(node), node);
  ask({Asked::What::init}, "c0",
      R"("type":"init","node_id":)" + quoted_json(name_) + R"(,"node_ids":)" + names_as_json(nodes));
  context.set_timer(params_->init_within, Keys::key(Purpose::init));
  run(context, false);
}

// As NodeSettings has it. The first node that starts is the beginning of real time.
std::string Replica::pace(const Context& context) const {
  if (params_->pace == Pace::virtual_) return NodeSettings{}.pace;
  if (shared_.real->epoch == 0) shared_.real->epoch = machine_clock() - time_of(context);
  return std::to_string(shared_.real->epoch);
}

void Replica::request(Context& context, const Operation& operation) {
  if (operation.kind == OperationKind::write) shared_.writes->insert(operation.write);
  if (!ready_) {
    waiting_.push_back(operation);
    return;
  }
  ask_operation(context, operation);
  hear(context);
}

void Replica::message(Context& context, const Received& received) {
  nodes_.emplace(name_of_node(received.from), received.from);
  lines_ += std::get<Line>(payload<AnyMessage>(received.message)).text + "\n";
  hear(context);
}

// What comes of a message, or of a client's request, leaves after the processor time that it takes.
void Replica::hear(Context& context) {
  busy_ = params_->service_time;
  if (busy_ > Duration{}) context.compute(busy_);
  run(context, false);
  busy_ = {};
}

void Replica::timer(Context& context, TimerKey key) {
  if (over_) return;
  switch (Keys::purpose(key)) {
    case Purpose::node:
      if (Keys::number(key) == armings_ && armed_ != no_deadline) run(context, true);
      break;
    case Purpose::observe:
      ask({Asked::What::observation}, "c0", R"("type":"read")");
      context.set_timer(params_->observe, Keys::key(Purpose::observe));
      run(context, false);
      break;
    case Purpose::to_service: at_service(context, Keys::number(key)); break;
    case Purpose::from_service: from_service(context, Keys::number(key)); break;
    case Purpose::init:
      if (!ready_) fail(context, "has not answered `init`");
      break;
  }
}

// Its monotonic clock never goes back, nor beyond a deadline that has not fired, whatever a fault does to the clock of
// its machine.
void Replica::advance_clock(Context& context, bool fires) {
  const std::int64_t clock = time_of(context);
  if (params_->pace == Pace::real) {
    // Its clock is the machine's, which no fault moves: time goes by its periodic steps, and by those of other nodes.
    now_ = shared_.real->now = std::max(shared_.real->now, fires ? armed_ : now_);
    return;
  }
  const std::int64_t passed = now_ + std::max<std::int64_t>(0, clock - clock_);
  now_ = fires ? std::max(passed, armed_) : std::min(passed, std::max(now_, armed_));
  clock_ = clock;
}

void Replica::run(Context& context, bool fires) {
  advance_clock(context, fires);
  for (bool again = true; again && !over_; again = !lines_.empty()) {
    const Step step = process_->step(now_, clock_, std::exchange(lines_, {}), fires);
    context.count(index(Metric::steps));
    fires = false;
    take_output(context, step.output);
    if (step.state != NodeState::running) return ended(context, step);
    arm(context, step.deadline);
  }
}

void Replica::arm(Context& context, std::int64_t deadline) {
  if (deadline == armed_) return;
  armed_ = deadline;
  ++armings_;
  if (deadline == no_deadline) return;
  context.set_timer(std::max(Duration{}, Duration(deadline - now_) - busy_), Keys::key(Purpose::node, armings_));
}

void Replica::take_output(Context& context, const std::string& output) {
  partial_ += output;
  std::size_t begin = 0;
  for (std::size_t end = 0; (end = partial_.find('\n', begin)) != std::string::npos; begin = end + 1)
    take_line(context, partial_.substr(begin, end - begin));
  partial_.erase(0, begin);
  if (partial_.size() > most_partial) fail(context, "has written a line of more than 16 MiB");
}

void Replica::ended(Context& context, const Step& step) {
  over_ = true;
  context.count(index(Metric::exits), step.state == NodeState::ended ? 1 : 0);
  if (step.state == NodeState::refused || params_->on_exit == OnExit::fail)
    fail(context, step.why + (partial_.empty() ? "" : ", in the middle of a line"));
  context.exit();
}

void Replica::fail(const Context& context, const std::string& what) const {
  std::ostringstream message;
  message << "the node " << name_ << " (" << params_->bin.written << ") " << what << ", at " << seconds(context.now())
          << " s by its clock";
  const std::string errors = tail(shared_.folders->errors_of(context.self()));
  if (!errors.empty()) message << "; the end of its stderr:\n" << errors;
  throw std::runtime_error(message.str());
}

}  // namespace hearsay::maelstrom
