#include "sim/transcript/script.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <stdexcept>

#include "sim/transcript/bench.hpp"

namespace hearsay::bench {
namespace {

using Words = std::vector<std::string>;

unsigned long number(const std::string& text) {
  std::size_t end = 0;
  if (!text.empty() && text.front() >= '0' && text.front() <= '9' && text.size() < 10) {
    const unsigned long value = std::stoul(text, &end);
    if (end == text.size()) return value;
  }
  throw std::runtime_error("not a number: " + text);
}

// One script on its way: the cluster and what it has said.
class Session {
 public:
  void execute(const std::string& command) {
    std::istringstream in(command);
    Words words;
    for (std::string word; in >> word;) words.push_back(word);
    execute(words);
  }

  std::string take_output() {
    std::string text = out_.str();
    out_.str("");
    return text;
  }

 private:
  void execute(Words words) {
    if (words.front() == "quiet") {
      const std::string kept = out_.str();
      execute(Words(words.begin() + 1, words.end()));
      out_.str(kept);
      out_.seekp(0, std::ios::end);
      return;
    }
    words_ = std::move(words);
    if (word(0) == "boot") return boot();
    const auto verb = verbs().find(word(0));
    if (verb == verbs().end()) throw std::runtime_error("no such command: " + word(0));
    if (!bench_) throw std::runtime_error("boot comes first");
    verb->second(*this);
  }

  void boot() {
    const ProtocolInfo* protocol = find_protocol(word(2));
    if (protocol == nullptr) throw std::runtime_error("no such protocol: " + word(2));
    Words parameters(words_.begin() + 3, words_.end());
    EdgeList edges;
    std::erase_if(parameters, [&edges](const std::string& word) {
      if (!word.starts_with("edges=")) return false;
      edges = parse_edges(word.substr(6));
      return true;
    });
    bench_ = std::make_unique<Bench>(*protocol, parse_parameters(*protocol, parameters),
                                     static_cast<std::uint32_t>(number(word(1))), 1, out_, edges);
  }

  const std::string& word(std::size_t i) const {
    if (i >= words_.size()) throw std::runtime_error("a word is missing: " + words_.front());
    return words_[i];
  }
  std::string optional_word(std::size_t i) const { return i < words_.size() ? words_[i] : ""; }
  NodeId node(std::size_t i) const {
    const auto node = static_cast<NodeId>(number(word(i)));
    if (node >= bench_->nodes()) throw std::runtime_error("there is no node " + word(i));
    return node;
  }

  // The name of a workload, which lives as long as the session.
  std::string_view method(std::size_t i) { return *methods_.insert(word(i)).first; }

  Duration duration(std::size_t i) const { return parse_duration(word(i)); }

  // [A->B] [KIND] [first|last]
  Filter filter() const {
    Filter filter;
    for (std::size_t i = 1; i < words_.size(); ++i) {
      const std::string& text = words_[i];
      const std::size_t arrow = text.find("->");
      const auto end_of = [](const std::string& name) -> std::optional<NodeId> {
        if (name == "*") return std::nullopt;
        return static_cast<NodeId>(number(name));
      };
      if (arrow != std::string::npos) {
        filter.from = end_of(text.substr(0, arrow));
        filter.to = end_of(text.substr(arrow + 2));
      } else if (text == "first" || text == "last") {
        filter.at_most = 1;
        filter.newest_first = text == "last";
      } else {
        filter.kind = text;
      }
    }
    return filter;
  }

  // A script that touches nothing is a mistake of its author.
  static void require(std::size_t touched) {
    if (touched == 0) throw std::runtime_error("nothing like that is in flight");
  }

  template <class Enum>
  Enum choice(std::size_t i, const std::map<std::string, Enum>& names) const {
    const auto it = names.find(word(i));
    if (it == names.end()) throw std::runtime_error("what is " + word(i) + "?");
    return it->second;
  }

  using Verb = std::function<void(Session&)>;
  static const std::map<std::string, Verb>& verbs();

  std::ostringstream out_;
  std::set<std::string> methods_;
  std::unique_ptr<Bench> bench_;
  Words words_;
};

const std::map<std::string, Session::Verb>& Session::verbs() {
  static const std::map<std::string, ConnectionError> errors{{"refused", ConnectionError::refused},
                                                             {"timed_out", ConnectionError::timed_out},
                                                             {"reset", ConnectionError::reset}};
  static const std::map<std::string, DiskMode> disks{
      {"kept", DiskMode::kept}, {"lost", DiskMode::lost}, {"unsynced-lost", DiskMode::unsynced_lost}};
  static const std::map<std::string, Verb> table{
      {"write",
       [](Session& s) {
         const std::string size = s.optional_word(4);
         s.bench_->write(s.node(1), s.word(2), s.word(3), size.empty() ? 0 : static_cast<std::uint32_t>(number(size)));
       }},
      {"call", [](Session& s) { s.bench_->call(s.node(1), s.word(2), s.word(3), s.word(4)); }},
      {"read", [](Session& s) { s.bench_->read(s.node(1), s.optional_word(2)); }},
      {"invoke",
       [](Session& s) {
         const std::string value = s.optional_word(4);
         s.bench_->invoke(s.node(1), s.method(2), value.empty() ? OperationKind::read : OperationKind::write, s.word(3),
                          value);
       }},
      {"client", [](Session& s) { s.bench_->client(); }},
      {"deliver", [](Session& s) { require(s.bench_->deliver(s.filter())); }},
      {"settle", [](Session& s) { s.bench_->settle(); }},
      {"drop", [](Session& s) { require(s.bench_->drop(s.filter())); }},
      {"duplicate", [](Session& s) { require(s.bench_->duplicate(s.filter())); }},
      {"corrupt", [](Session& s) { require(s.bench_->corrupt(s.filter(), 0x0000'0005'0000'0000)); }},
      {"break", [](Session& s) { s.bench_->break_connections(s.node(1), s.node(2), s.choice(3, errors)); }},
      {"timers", [](Session& s) { s.bench_->advance(s.duration(1)); }},
      {"crash", [](Session& s) { s.bench_->crash(s.node(1), s.choice(2, disks)); }},
      {"restart", [](Session& s) { s.bench_->restart(s.node(1)); }},
      {"join",
       [](Session& s) {
         if (s.words_.size() > 1)
           s.bench_->join_again(s.node(1));
         else
           s.bench_->join();
       }},
      {"leave", [](Session& s) { s.bench_->leave(s.node(1)); }},
      {"skew", [](Session& s) { s.bench_->skew(s.node(1), s.duration(2)); }},
      {"states", [](Session& s) { s.bench_->print_states(); }},
      {"counts", [](Session& s) { s.bench_->print_counts(); }},
      {"metrics", [](Session& s) { s.bench_->print_metrics(); }},
      {"in-flight", [](Session& s) { s.bench_->print_in_flight(); }},
  };
  return table;
}

}  // namespace

std::string run_script(const std::string& text) {
  Session session;
  std::istringstream in(text);
  std::string result;
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    result += line + "\n";
    if (line.empty() || line.front() == '#') continue;
    if (line != "----") {
      try {
        session.execute(line);
      } catch (const std::exception& error) {
        throw ScriptError(number, error.what());
      }
      continue;
    }
    result += session.take_output() + "\n";
    for (; std::getline(in, line) && !line.empty(); ++number) {
    }
    ++number;
  }
  return result;
}

}  // namespace hearsay::bench
