// A node on behalf of its clients: what it hands to the leader, when it asks again, and whom it answers what.
#include "protocols/common/raft/clients.hpp"

#include "protocols/common/raft/metrics.hpp"
#include "protocols/common/raft/timers.hpp"
#include "tests/protocols/noting_context.hpp"
#include "tests/protocols/raft/by_hand.hpp"

using namespace hearsay;
using namespace hearsay::raft;
using namespace std::chrono_literals;

namespace {

using Numbers = std::vector<std::uint64_t>;

Params retried(Reads reads = Reads::read_index) {
  Params params;
  params.reads = reads;
  params.retry_interval = 200ms;
  params.request_timeout = 700ms;
  return params;
}

// Clients of node 0, which leads three nodes, or follows node 1.
struct Desk {
  ByHand node;
  NotingContext context;
  Clients clients{node.params};
  State state;
  explicit Desk(Params params) : node(std::move(params), disk_of(3, {})) { clients.start(context, StartReason::boot); }

  void lead() {
    node.lead();
    context.time = node.now;
  }
  void follow() {
    node.step(Append{.from = 1, .term = 1, .entries = {}});
    node.sent(1);
  }
  void write(OpId id, std::string_view method = {}) {
    Operation asked;
    asked.id = id;
    asked.write = id;
    asked.method = method;
    asked.key = "k";
    asked.value = "v";
    asked.size = 64;
    clients.request(context, asked, state);
  }
  void read(OpId id, const std::string& key = "k") {
    Operation asked;
    asked.id = id;
    asked.kind = OperationKind::read;
    asked.key = key;
    clients.request(context, asked, state);
  }
  void send() { clients.send(context, node.core); }
  // The retry timer rings, so long after the last one.
  void retry(Duration later) {
    context.time += later;
    clients.retry_timer(context, node.core);
  }
  const Command& last_command() { return node.core.log().at(node.core.log().last()).content->command; }
  template <class Kind>
  Kind last_sent() {
    REQUIRE_FALSE(context.sent.empty());
    CHECK(context.sent.back().first == 1);
    const auto* found = std::get_if<Kind>(&payload<AnyMessage>(*context.sent.back().second));
    REQUIRE(found != nullptr);
    return *found;
  }
};

}  // namespace

TEST_CASE("a node's own command is a write of nobody's, with key and text, and nobody is answered") {
  Desk desk(retried());
  desk.lead();
  desk.clients.command(desk.context, Method::compare_and_set, "/ring", "->0 1");
  desk.send();
  const Command& command = desk.last_command();
  CHECK(command.method == Method::compare_and_set);
  CHECK(command.key == "/ring");
  CHECK(command.value == "->0 1");
  CHECK(command.size == 10);
  CHECK(command.write == no_write);
  CHECK(command.session == desk.clients.session());
  CHECK(command.number == 1);
  desk.clients.applied(desk.context, 1, {});
  CHECK(desk.context.responses.empty());
  desk.clients.command(desk.context, Method::write, "/ring", "0");
  desk.retry(700ms);  // it is given up in silence
  CHECK(desk.context.responses.empty());
  CHECK(desk.context.counted(index(Metric::retries)) == 0);
}

TEST_CASE("what a client asks is in the command, under the session's next number") {
  Desk desk(retried());
  desk.lead();
  const std::pair<std::string_view, Method> methods[] = {
      {"", Method::write}, {"cas", Method::compare_and_set}, {"increment", Method::increment}};
  std::uint64_t number = 0;
  for (const auto& [asked, method] : methods) {
    desk.write(5, asked);
    desk.send();
    CHECK_FALSE(desk.clients.has_unsent());
    const Command& command = desk.last_command();
    CHECK(command.method == method);
    CHECK(command.key == "k");
    CHECK(command.value == "v");
    CHECK(command.size == 64);
    CHECK(command.write == 5);
    CHECK(command.number == ++number);
    CHECK(command.settled == 1);  // none has been answered
  }
  desk.clients.applied(desk.context, 1, {});
  desk.clients.applied(desk.context, 2, {});
  desk.write(6);
  desk.send();
  CHECK(desk.last_command().settled == 3);
}

TEST_CASE("the numbers of another incarnation begin behind those of its own stream") {
  Desk desk(retried());
  desk.lead();
  CHECK(desk.clients.session() == 0);
  Clients restarted(desk.node.params);
  restarted.start(desk.context, StartReason::restart);
  CHECK(restarted.session() >> 32 != 0);
  restarted.command(desk.context, Method::write, "k", "v");
  restarted.send(desk.context, desk.node.core);
  CHECK(desk.last_command().number == (restarted.session() >> 32 << 32) + 1);
}

TEST_CASE("a command is answered once it is applied, with what it found") {
  Desk desk(retried());
  desk.lead();
  desk.write(5);
  desk.send();
  desk.clients.applied(desk.context, 2, {});  // not one of these
  CHECK(desk.context.responses.empty());
  desk.clients.applied(desk.context, 1, {Outcome::rejected, {9}});
  desk.clients.applied(desk.context, 1, {Outcome::ok, {}});
  REQUIRE(desk.context.responses.size() == 1);
  CHECK(desk.context.responses[0].first == 5);
  CHECK(desk.context.responses[0].second.outcome == Outcome::rejected);
  CHECK(desk.context.responses[0].second.seen == std::vector<WriteId>{9});
}

TEST_CASE("a read is answered once, from the first state that is recent enough; other numbers are not reads") {
  Desk desk(retried());
  desk.follow();
  desk.read(5);   // number 1
  desk.write(6);  // number 2
  desk.send();
  CHECK(desk.last_sent<ReadRequest>().reads == Numbers{1});
  Command before;
  before.number = 1;
  before.write = 4;
  before.key = "k";
  desk.state.apply(before, true);
  desk.clients.readable({2, 0});   // as a clone's leader might say
  desk.clients.readable({99, 0});  // of a request that is over
  desk.clients.serve(desk.context, 9, desk.state);
  CHECK(desk.context.responses.empty());
  desk.clients.readable({1, 12});
  desk.clients.readable({1, 10});  // again, of a repeated request
  desk.clients.serve(desk.context, 11, desk.state);
  CHECK(desk.context.responses.empty());
  desk.clients.serve(desk.context, 12, desk.state);
  desk.clients.readable({1, 12});
  desk.clients.serve(desk.context, 13, desk.state);
  REQUIRE(desk.context.responses.size() == 1);
  CHECK(desk.context.responses[0].first == 5);
  CHECK(desk.context.responses[0].second.outcome == Outcome::ok);
  CHECK(desk.context.responses[0].second.seen == std::vector<WriteId>{4});
}

TEST_CASE("by `local` a read is answered at once, by `log` it is an entry, else it is a question to the leader") {
  Desk local(retried(Reads::local));
  local.lead();
  local.read(5);
  CHECK(local.context.responses.size() == 1);
  CHECK_FALSE(local.clients.has_unsent());
  Desk logged(retried(Reads::log));
  logged.lead();
  logged.read(5);
  logged.send();
  CHECK(logged.last_command().method == Method::read);
  Desk asked(retried());
  asked.lead();
  asked.node.acknowledge(2, 1);
  asked.read(5);
  asked.send();
  CHECK(asked.node.core.log().last() == 1);
  CHECK(asked.node.core.wants_round());
}

TEST_CASE("without a leader nothing is sent; a follower sends commands and reads to its leader") {
  Desk desk(retried());
  desk.write(5);
  desk.read(6);
  desk.send();
  CHECK(desk.context.sent.empty());
  CHECK(desk.clients.has_unsent());
  desk.follow();
  desk.send();
  REQUIRE(desk.context.sent.size() == 2);
  CHECK(desk.last_sent<ReadRequest>().reads == Numbers{2});
  desk.context.sent.pop_back();
  CHECK(desk.last_sent<Propose>().contents.size() == 1);
  CHECK_FALSE(desk.clients.has_unsent());
  desk.clients.send_again();
  desk.send();
  CHECK(desk.context.sent.size() == 3);
}

TEST_CASE("a leader that hands over keeps commands for its successor, and sends reads") {
  Desk desk(retried());
  desk.lead();
  desk.node.acknowledge(1, 1);
  desk.write(5);
  desk.read(6);
  desk.node.core.hand_over(desk.node.now);
  desk.send();
  CHECK(desk.clients.has_unsent());
  CHECK(desk.node.core.log().last() == 1);
  CHECK(desk.node.core.wants_round());
}

TEST_CASE("a leader repeats what is not in its log of this term; one that leads no more repeats all") {
  Desk desk(retried());
  desk.lead();
  desk.write(5);
  desk.read(6);
  desk.send();
  desk.retry(200ms);
  CHECK(desk.context.counted(index(Metric::retries)) == 1);
  CHECK(desk.clients.has_unsent());
  desk.retry(200ms);  // it waits to be sent already
  CHECK(desk.context.counted(index(Metric::retries)) == 1);
  desk.node.now += 1h;  // no majority has answered
  desk.node.core.tick(desk.node.now);
  REQUIRE(desk.node.core.role() == Role::follower);
  desk.retry(200ms);
  CHECK(desk.context.counted(index(Metric::retries)) == 2);
}

TEST_CASE("a request is repeated a retry interval after it was sent, and given up after its timeout") {
  Desk desk(retried());
  desk.follow();
  desk.write(5);
  desk.write(6);
  REQUIRE(desk.context.timers.size() == 1);  // for all
  CHECK(desk.context.timers[0].first == 200ms);
  CHECK(Timers::purpose(desk.context.timers[0].second) == TimerPurpose::retry);
  desk.context.time += 10ms;
  desk.send();
  desk.retry(190ms);
  CHECK_FALSE(desk.clients.has_unsent());
  desk.retry(10ms);
  CHECK(desk.clients.has_unsent());
  CHECK(desk.context.counted(index(Metric::retries)) == 2);
  CHECK(desk.context.timers.size() == 3);
  desk.retry(489ms);
  CHECK(desk.context.responses.empty());
  desk.retry(1ms);
  REQUIRE(desk.context.responses.size() == 2);
  CHECK(desk.context.responses[0].first == 5);
  CHECK(desk.context.responses[0].second.outcome == Outcome::timed_out);
  const std::size_t timers = desk.context.timers.size();
  desk.send();  // what was to be repeated is over
  CHECK(desk.context.sent.size() == 1);
  desk.retry(200ms);
  CHECK(desk.context.timers.size() == timers);  // none is waiting
}

TEST_CASE("a read that waits for its state to be applied is not repeated") {
  Desk desk(retried());
  desk.follow();
  desk.read(5);
  desk.send();
  desk.clients.readable({1, 12});
  desk.retry(300ms);
  CHECK(desk.context.counted(index(Metric::retries)) == 0);
  desk.clients.send_again();
  CHECK_FALSE(desk.clients.has_unsent());
}
