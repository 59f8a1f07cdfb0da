// One replica of `maelstrom`: a program of its own. What the network and clients bring goes to its stdin, what it
// writes to stdout goes to the network and to clients, and its earliest deadline is a timer of the simulation.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "protocols/maelstrom/json.hpp"
#include "protocols/maelstrom/metrics.hpp"
#include "protocols/maelstrom/node_process.hpp"
#include "protocols/maelstrom/params.hpp"
#include "protocols/maelstrom/requests.hpp"
#include "protocols/maelstrom/services.hpp"
#include "sim/core/protocol.hpp"
#include "sim/core/timer_keys.hpp"

namespace hearsay::maelstrom {

// The working directories of a run's nodes: made when a node with an empty disk starts, removed with the run.
class Folders {
 public:
  Folders() = default;
  Folders(const Folders&) = delete;
  Folders& operator=(const Folders&) = delete;
  // Throws std::runtime_error if there is no room for one.
  std::string make(NodeId node);
  std::string errors_of(NodeId node) const;  // the file of its stderr

 private:
  std::string root_;
  std::unique_ptr<Helper> cleaner_;  // removes them, also if this process is killed
  int made_ = 0;
  std::set<NodeId> logged_;  // whose log is this run's
};

class Replica final : public Protocol {
 public:
  // What the replicas of one run have in common.
  struct Shared {
    explicit Shared(const Params&) {}
    std::shared_ptr<Folders> folders = std::make_shared<Folders>();
    std::shared_ptr<WriteSet> writes = std::make_shared<WriteSet>();
    std::shared_ptr<Services> services = std::make_shared<Services>();
    std::shared_ptr<Processor> processor = std::make_shared<Processor>();
    // With `pace: real`: when the simulation began, and how far it is, in nanoseconds.
    struct RealTime {
      std::int64_t epoch = 0, now = 0;
    };
    std::shared_ptr<RealTime> real = std::make_shared<RealTime>();
  };
  Replica(std::shared_ptr<const Params> params, Shared shared)
      : params_(std::move(params)), shared_(std::move(shared)) {}

  void start(Context& context, StartReason reason) override;
  void request(Context& context, const Operation& operation) override;
  void message(Context& context, const Received& received) override;
  void timer(Context& context, TimerKey key) override;

 private:
  enum class Purpose : std::uint8_t { node, observe, to_service, from_service, init };
  using Keys = TimerKeys<Purpose, Purpose::init>;
  // What a request of ours asked for.
  struct Asked {
    enum class What : std::uint8_t { init, topology, observation, operation } what;
    Operation operation{};
  };

  // --- the program
  void advance_clock(Context& context, bool fires);
  void run(Context& context, bool fires);
  void arm(Context& context, std::int64_t deadline);
  std::string pace(const Context& context) const;
  void take_output(Context& context, const std::string& output);
  void ended(Context& context, const Step& step);
  [[noreturn]] void fail(const Context& context, const std::string& what) const;

  // --- what it says
  void take_line(Context& context, const std::string& line);
  void to_client(Context& context, const Json& body);
  void to_operation(Context& context, const Asked& asked, const Json& body);
  void to_observer(Context& context, const Json& body);

  // --- what it is told
  void ask(const Asked& asked, const std::string& from, const std::string& type_and_rest);
  void ask_operation(Context& context, const Operation& operation);
  void hear(Context& context);
  void introduce(Context& context);

  // --- services
  void to_service(Context& context, const std::string& service, const Json& body);
  void at_service(Context& context, std::uint64_t number);
  void from_service(Context& context, std::uint64_t number);

  std::shared_ptr<const Params> params_;
  Shared shared_;
  std::unique_ptr<NodeProcess> process_;
  std::string name_;  // n0
  // By name, those that it can know: its servers, its neighbours, which may join later, and who wrote to it.
  std::map<std::string, NodeId, std::less<>> nodes_;
  std::string lines_;              // for its stdin, not yet delivered
  std::string partial_;            // the begin of a line that it has not ended
  std::deque<Operation> waiting_;  // for its answer to `init`
  std::map<std::int64_t, Asked> asked_;
  // On their way to services, and their answers, by number.
  struct ServiceRequest {
    std::string service;
    Json body;
  };
  std::map<std::uint64_t, ServiceRequest> service_requests_;
  std::map<std::uint64_t, std::string> service_answers_;
  std::uint64_t last_request_ = 0;
  std::int64_t last_id_ = 0;
  std::int64_t now_ = 0, clock_ = 0;  // its monotonic clock; what Context::now() said last
  Duration busy_{};                   // processor time of the handler that runs
  std::int64_t armed_ = no_deadline;
  std::uint64_t armings_ = 0;
  bool ready_ = false;  // it has answered `init`
  bool over_ = false;   // it has exited
  WriteSet applied_;    // looked up only
};

}  // namespace hearsay::maelstrom
