#include "sim/metrics/linearizable.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_set>

#include "sim/core/random.hpp"

namespace hearsay {
namespace {

using Kind = RegisterOperation::Kind;

bool only_reads(Kind kind) { return kind == Kind::read || kind == Kind::read_value || kind == Kind::refused; }

constexpr int nothing = -1;  // state of the register before the first write
constexpr int anything = -2;

// An operation in the terms of the search: writes and values are numbers.
struct Step {
  Kind kind = Kind::read;
  int write = nothing;   // what it writes: its own place; a read, what it saw
  int found = anything;  // of an increment: the state that it was in
  int expected = 0;
  Time invoked{}, answered = never;

  bool observes() const { return kind == Kind::read || kind == Kind::read_value || kind == Kind::refused; }
  // It needs the register to hold this value, `expected`, whoever wrote it.
  bool wants() const { return kind == Kind::compare_and_set || kind == Kind::read_value; }
  // The state that it shows to have been; `anything`: none.
  int shows() const { return kind == Kind::read_value ? anything : observes() ? write : found; }
};

class Search {
 public:
  explicit Search(const RegisterHistory& history) {
    index_writes(history);
    for (const RegisterOperation& operation : history) add(operation);
    tighten();
    drop_unseen();
    link();
  }

  Linearizable run(std::size_t most_steps);

 private:
  // The list of calls and answers in order of time, from which linearized operations are lifted (Lowe 2017, section 3).
  struct Node {
    std::size_t step = 0;
    bool answer = false;
    std::size_t previous = 0, next = 0, other = 0;  // other: its answer, or its call
  };
  // What may come next, of which `next` is the first that has not been tried.
  struct Frame {
    std::vector<std::size_t> choices;
    std::size_t next = 0;
    int state = nothing;  // before them
  };

  int value_of(const std::string& value) {
    return values_.emplace(value, static_cast<int>(values_.size())).first->second;
  }
  int held(int state) const { return state == nothing ? nothing : written_[static_cast<std::size_t>(state)]; }
  int& readers(int state) { return readers_[static_cast<std::size_t>(state + 1)]; }
  void index_writes(const RegisterHistory& history);
  void add(const RegisterOperation& operation);
  void tighten();
  void drop_unseen();
  void link();
  bool reads_what_is_gone() const;
  std::optional<int> after(const Step& step) const;
  std::vector<std::size_t> choices();
  void add_unanswered(const std::vector<std::size_t>& calls, Time limit, std::vector<std::size_t>& choices) const;
  bool take(std::size_t step);
  void undo(std::size_t step, int state);
  void lift(std::size_t call);
  void unlift(std::size_t call);
  // Apart from the words that combine() makes of states: else the two could cancel each other.
  static std::uint64_t mark(std::size_t step) {
    constexpr std::uint64_t salt = hash_text("step");
    return combine(salt, step);
  }

  std::map<WriteId, int> writes_;      // their places
  std::vector<int> written_;           // by place: the value
  std::map<std::string, int> values_;  // by text
  std::vector<Step> steps_;
  std::vector<std::size_t> calls_;  // by step: its node; 0: it has no answer
  std::vector<std::size_t> open_;   // steps without an answer that may have happened, by time
  std::vector<bool> used_;          // by step: of those
  std::vector<Node> nodes_;         // [0] is the head
  std::vector<int> readers_;        // by place + 1: reads of it that are not linearized yet
  std::size_t waiting_ = 0;         // answered steps that are not linearized yet
  int state_ = nothing;
  std::uint64_t tried_key_ = 0;
  std::unordered_set<std::uint64_t> tried_;
};

void Search::index_writes(const RegisterHistory& history) {
  for (const RegisterOperation& operation : history) {
    if (only_reads(operation.kind)) continue;
    if (!writes_.emplace(operation.write, static_cast<int>(written_.size())).second) continue;
    // That of an increment is like no other.
    written_.push_back(operation.kind != Kind::increment ? value_of(operation.value)
                                                         : -2 - static_cast<int>(written_.size()));
  }
}

// A read without an answer says nothing; nor does one of a write that is not of this history.
void Search::add(const RegisterOperation& operation) {
  const bool writes = !only_reads(operation.kind);
  const auto write = writes_.find(operation.write);
  if (!writes && (operation.answered == never || (operation.write != no_write && write == writes_.end()))) return;
  Step step;
  step.kind = operation.kind;
  step.write = write == writes_.end() ? nothing : write->second;
  step.expected = value_of(operation.kind == Kind::read_value ? operation.value : operation.expected);
  if (operation.kind == Kind::increment && operation.answered != never) {
    const auto found = writes_.find(operation.found);
    step.found = operation.found == no_write ? nothing : found == writes_.end() ? anything : found->second;
  }
  step.invoked = operation.invoked;
  step.answered = operation.answered;
  steps_.push_back(step);
}

// What somebody has seen had happened by then.
void Search::tighten() {
  std::map<int, Time> seen;
  for (const Step& step : steps_) {
    if (step.shows() == anything) continue;
    Time& first = seen.emplace(step.shows(), never).first->second;
    first = std::min(first, step.answered);
  }
  for (Step& step : steps_)
    if (!step.observes())
      if (const auto found = seen.find(step.write); found != seen.end())
        step.answered = std::min(step.answered, std::max(found->second, step.invoked));
}

void Search::drop_unseen() {
  std::vector<bool> wanted(values_.size(), false);
  for (const Step& step : steps_)
    if (step.wants()) wanted[static_cast<std::size_t>(step.expected)] = true;
  std::erase_if(steps_, [&](const Step& step) {
    if (step.answered != never) return false;
    return step.kind == Kind::increment ||
           !wanted[static_cast<std::size_t>(written_[static_cast<std::size_t>(step.write)])];
  });
}

void Search::link() {
  struct Moment {
    Time at{};
    bool answer = false;
    std::size_t step = 0;
  };
  std::vector<Moment> moments;
  readers_.assign(written_.size() + 1, 0);
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    if (steps_[i].shows() != anything) ++readers(steps_[i].shows());
    if (steps_[i].answered == never) {
      open_.push_back(i);
      continue;
    }
    moments.push_back({steps_[i].invoked, false, i});
    moments.push_back({steps_[i].answered, true, i});
    ++waiting_;
  }
  used_.assign(steps_.size(), false);
  std::stable_sort(open_.begin(), open_.end(),
                   [&](std::size_t a, std::size_t b) { return steps_[a].invoked < steps_[b].invoked; });
  std::stable_sort(moments.begin(), moments.end(),
                   [](const Moment& a, const Moment& b) { return a.at != b.at ? a.at < b.at : a.answer < b.answer; });
  nodes_.resize(moments.size() + 1);
  calls_.assign(steps_.size(), 0);
  for (std::size_t i = 0; i < moments.size(); ++i) {
    Node& node = nodes_[i + 1];
    node = {moments[i].step, moments[i].answer, i, i + 2 <= moments.size() ? i + 2 : 0, 0};
    if (!node.answer) {
      calls_[node.step] = i + 1;
      continue;
    }
    node.other = calls_[node.step];
    nodes_[node.other].other = i + 1;
  }
  nodes_[0].next = moments.empty() ? 0 : 1;
}

// What no order can explain: a read of a write that another one had followed and ended before the read began, or that
// began after the read's answer.
bool Search::reads_what_is_gone() const {
  std::vector<std::pair<Time, Time>> latest;  // by answer: when the last write that was answered by then began
  std::vector<const Step*> of_write(written_.size(), nullptr);
  for (const Step& step : steps_) {
    if (step.observes()) continue;
    of_write[static_cast<std::size_t>(step.write)] = &step;
    if (step.answered != never) latest.emplace_back(step.answered, step.invoked);
  }
  std::sort(latest.begin(), latest.end());
  for (std::size_t i = 1; i < latest.size(); ++i) latest[i].second = std::max(latest[i].second, latest[i - 1].second);
  for (const Step& step : steps_) {
    if (step.shows() == anything) continue;
    const Step* write = step.shows() == nothing ? nullptr : of_write[static_cast<std::size_t>(step.shows())];
    if (write != nullptr && step.answered < write->invoked) return true;
    const auto past = std::lower_bound(latest.begin(), latest.end(), std::pair(step.invoked, Time::min()));
    if (past == latest.begin()) continue;
    if (write == nullptr || std::prev(past)->second > write->answered) return true;
  }
  return false;
}

std::optional<int> Search::after(const Step& step) const {
  switch (step.kind) {
    case Kind::read: return step.write == state_ ? std::optional(state_) : std::nullopt;
    case Kind::read_value: return held(state_) == step.expected ? std::optional(state_) : std::nullopt;
    case Kind::write: return step.write;
    case Kind::compare_and_set: return held(state_) == step.expected ? std::optional(step.write) : std::nullopt;
    case Kind::refused:
      return step.write == state_ && held(state_) != step.expected ? std::optional(state_) : std::nullopt;
    case Kind::increment:
      return step.found == state_ || step.found == anything ? std::optional(step.write) : std::nullopt;
  }
  return std::nullopt;
}

// What can be linearized next, without those choices of which another one is at least as good. A read that fits is
// taken at once, since it changes nothing. Nothing is overwritten as long as somebody else is still to read it: no
// write comes twice. Writes are tried in the order of their answers.
std::vector<std::size_t> Search::choices() {
  std::vector<std::size_t> calls, found;
  std::size_t node = nodes_[0].next;
  for (; !nodes_[node].answer; node = nodes_[node].next) {
    const Step& step = steps_[nodes_[node].step];
    if (step.observes() && after(step)) return {nodes_[node].step};
    calls.push_back(nodes_[node].step);
  }
  const int others = readers(state_);
  for (const std::size_t call : calls)
    if (!steps_[call].observes() && after(steps_[call]) && others == (steps_[call].found == state_ ? 1 : 0))
      found.push_back(call);
  if (others > 0) return found;
  std::stable_sort(found.begin(), found.end(), [&](std::size_t a, std::size_t b) {
    if (steps_[a].answered != steps_[b].answered) return steps_[a].answered < steps_[b].answered;
    return steps_[a].kind > steps_[b].kind;  // a compare-and-set cannot wait for another value
  });
  add_unanswered(calls, steps_[nodes_[node].step].answered, found);
  return found;
}

// What has no answer and was seen by nobody serves only to give a compare-and-set or a read the value that it wants, at
// once or by way of others of its kind. Of several that do the same, the oldest.
void Search::add_unanswered(const std::vector<std::size_t>& calls, Time limit,
                            std::vector<std::size_t>& choices) const {
  std::vector<bool> wanted(values_.size(), false);
  const auto want = [&](const Step& step) {
    if (!step.wants() || step.expected == held(state_)) return false;
    const auto value = static_cast<std::size_t>(step.expected);
    const bool fresh = !wanted[value];
    wanted[value] = true;
    return fresh;
  };
  for (const std::size_t call : calls) want(steps_[call]);
  for (bool more = !open_.empty(); more;) {
    more = false;
    for (const std::size_t open : open_)
      if (!used_[open] && steps_[open].invoked <= limit && wanted[static_cast<std::size_t>(held(steps_[open].write))])
        more = want(steps_[open]) || more;
  }
  for (const std::size_t open : open_) {
    const Step& step = steps_[open];
    const auto value = static_cast<std::size_t>(held(step.write));
    if (used_[open] || step.invoked > limit || !wanted[value] || !after(step)) continue;
    wanted[value] = false;
    choices.push_back(open);
  }
}

// Linearizes a step next, unless what would follow has been tried. States of one value are the same if nobody is to
// read them any more.
bool Search::take(std::size_t chosen) {
  const Step& step = steps_[chosen];
  const int next = *after(step);
  const int left = readers(next) - (step.observes() ? 1 : 0);
  const std::uint64_t tried = tried_key_ ^ mark(chosen);
  const std::uint64_t state = left > 0 ? std::uint64_t{2} * static_cast<std::uint64_t>(next + 1)
                                       : std::uint64_t{2} * static_cast<std::uint64_t>(held(next) + 1) + 1;
  if (!tried_.insert(combine(tried, state)).second) return false;
  tried_key_ = tried;
  state_ = next;
  if (step.shows() != anything) --readers(step.shows());
  if (calls_[chosen] == 0) {
    used_[chosen] = true;
  } else {
    lift(calls_[chosen]);
    --waiting_;
  }
  return true;
}

void Search::undo(std::size_t chosen, int state) {
  const Step& step = steps_[chosen];
  tried_key_ ^= mark(chosen);
  if (step.shows() != anything) ++readers(step.shows());
  state_ = state;
  if (calls_[chosen] == 0) {
    used_[chosen] = false;
  } else {
    unlift(calls_[chosen]);
    ++waiting_;
  }
}

void Search::lift(std::size_t call) {
  for (const std::size_t at : {call, nodes_[call].other}) {
    nodes_[nodes_[at].previous].next = nodes_[at].next;
    if (nodes_[at].next != 0) nodes_[nodes_[at].next].previous = nodes_[at].previous;
  }
}

void Search::unlift(std::size_t call) {
  for (const std::size_t at : {nodes_[call].other, call}) {
    nodes_[nodes_[at].previous].next = at;
    if (nodes_[at].next != 0) nodes_[nodes_[at].next].previous = at;
  }
}

Linearizable Search::run(std::size_t most_steps) {
  if (reads_what_is_gone()) return Linearizable::no;
  std::vector<Frame> stack;
  if (waiting_ > 0) stack.push_back({choices(), 0, state_});
  for (std::size_t turn = 0; waiting_ > 0; ++turn) {
    if (turn == most_steps) return Linearizable::unknown;
    Frame& frame = stack.back();
    if (frame.next < frame.choices.size()) {
      if (take(frame.choices[frame.next++]) && waiting_ > 0) stack.push_back({choices(), 0, state_});
      continue;
    }
    stack.pop_back();
    if (stack.empty()) return Linearizable::no;
    undo(stack.back().choices[stack.back().next - 1], stack.back().state);
  }
  return Linearizable::yes;
}

RegisterHistory up_to(const RegisterHistory& history, Time end) {
  RegisterHistory part;
  for (RegisterOperation operation : history) {
    if (operation.invoked > end) continue;
    if (operation.answered > end) operation.answered = never;
    part.push_back(std::move(operation));
  }
  return part;
}

}  // namespace

Linearizable check_register(const RegisterHistory& history, std::size_t most_steps) {
  const auto has = [&](Kind kind) {
    return std::any_of(history.begin(), history.end(), [&](const RegisterOperation& one) { return one.kind == kind; });
  };
  if (has(Kind::increment) && (has(Kind::compare_and_set) || has(Kind::refused) || has(Kind::read_value)))
    return Linearizable::unknown;
  return Search(history).run(most_steps);
}

RegisterHistory shortest_violation(const RegisterHistory& history, std::size_t most_steps) {
  std::vector<Time> answers;
  for (const RegisterOperation& operation : history)
    if (operation.answered != never) answers.push_back(operation.answered);
  std::sort(answers.begin(), answers.end());
  const auto fits = [&](Time end) { return check_register(up_to(history, end), most_steps) != Linearizable::no; };
  const auto first = std::partition_point(answers.begin(), answers.end(), fits);
  return first == answers.end() ? history : up_to(history, *first);
}

}  // namespace hearsay
