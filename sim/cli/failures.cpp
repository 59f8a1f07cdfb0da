#include "sim/cli/failures.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "sim/core/text.hpp"

namespace hearsay {
namespace {

using Json = nlohmann::ordered_json;

// "missing is 933, expected 0": the text around the first number, and the number.
struct Reason {
  std::string head, tail;
  std::optional<double> number;
  std::string digits;

  bool is_example() const { return head.rfind("for example: ", 0) == 0; }
  std::string shape() const { return is_example() ? "example" : head + "#" + tail; }  // one example does
};

// The figure of a broken expectation; other reasons are compared as they are.
Reason parse(const std::string& text) {
  const auto is = text.find(" is ");
  if (is == std::string::npos) return {text, "", std::nullopt, ""};
  const std::size_t begin = is + 4;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data() + begin, text.data() + text.size(), number);
  if (error != std::errc()) return {text, "", std::nullopt, ""};
  const auto stop = static_cast<std::size_t>(end - text.data());
  return {text.substr(0, begin), text.substr(stop), number, text.substr(begin, stop - begin)};
}

struct Seen {
  Reason low, high;
  std::vector<std::uint64_t> seeds;
  std::size_t worst = 0;  // index of the failure
};

struct Group {
  std::string title;
  std::vector<const Failure*> failures;
  std::vector<std::string> order;       // shapes of reasons, as they came
  std::map<std::string, Seen> reasons;  // by shape
};

std::string title_of(const Json& result) {
  std::string text = result.at("verdict").get<std::string>() + ": " + result.at("scenario").get<std::string>() + ", " +
                     result.at("label").get<std::string>();
  for (const auto& [path, value] : result.at("case").items())
    text += ", " + path + " " + (value.is_string() ? value.get<std::string>() : value.dump());
  return text;
}

void add_reason(Group& group, const Reason& reason, std::uint64_t seed) {
  const std::size_t index = group.failures.size() - 1;
  const auto [it, fresh] = group.reasons.try_emplace(reason.shape(), Seen{reason, reason, {}, index});
  if (fresh) group.order.push_back(reason.shape());
  Seen& seen = it->second;
  if (fresh || !reason.is_example()) seen.seeds.push_back(seed);
  const double number = reason.number.value_or(0);
  const bool too_low = reason.tail.find("expected min:") != std::string::npos;
  if (number < seen.low.number.value_or(0)) {
    seen.low = reason;
    if (too_low) seen.worst = index;
  }
  if (number > seen.high.number.value_or(0)) {
    seen.high = reason;
    if (!too_low) seen.worst = index;
  }
}

std::vector<Group> grouped(const std::vector<Failure>& failures) {
  std::vector<Group> groups;
  for (const Failure& failure : failures) {
    const std::string title = title_of(*failure.result);
    auto group = std::find_if(groups.begin(), groups.end(), [&title](const Group& g) { return g.title == title; });
    if (group == groups.end()) group = groups.insert(groups.end(), {title, {}, {}, {}});
    group->failures.push_back(&failure);
    for (const Json& reason : failure.result->at("reasons"))
      add_reason(*group, parse(reason.get<std::string>()), failure.result->at("seed").get<std::uint64_t>());
  }
  return groups;
}

std::string seeds_text(const std::vector<std::uint64_t>& seeds) {
  constexpr std::size_t shown = 5;
  std::string text = seeds.size() == 1 ? "seed " : "seeds ";
  for (std::size_t i = 0; i < std::min(shown, seeds.size()); ++i)
    text += (i > 0 ? ", " : "") + std::to_string(seeds[i]);
  return seeds.size() <= shown ? text : text + " and " + std::to_string(seeds.size() - shown) + " more";
}

std::string reason_text(const Seen& seen) {
  const bool range = seen.low.number && *seen.low.number < *seen.high.number;
  return printable(seen.low.head + seen.low.digits + (range ? " to " + seen.high.digits : "") + seen.low.tail);
}

std::string describe(const Group& group) {
  const Json& first = *group.failures.front()->result;
  std::string out = "\n" + printable(group.title);
  if (group.failures.size() == 1) {
    out += ", seed " + first.at("seed").dump() + "\n";
    for (const Json& reason : first.at("reasons")) out += "  " + printable(reason.get<std::string>()) + "\n";
    return out + "  again: " + group.failures.front()->command + "\n";
  }
  out += ": " + std::to_string(group.failures.size()) + " runs\n";
  for (const std::string& shape : group.order) {
    const Seen& seen = group.reasons.at(shape);
    out += "  " + reason_text(seen) + " (" + seeds_text(seen.seeds) + ")\n";
  }
  const Failure& worst =
      group.order.empty() ? *group.failures.front() : *group.failures[group.reasons.at(group.order.front()).worst];
  return out + "  worst: seed " + worst.result->at("seed").dump() + "\n  again: " + worst.command + "\n";
}

}  // namespace

std::string describe_failures(const std::vector<Failure>& failures) {
  std::string out;
  for (const Group& group : grouped(failures)) out += describe(group);
  return out;
}

}  // namespace hearsay
