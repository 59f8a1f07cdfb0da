#include "sim/scenario/platform_file.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <map>
#include <optional>
#include <string_view>

#include "sim/core/files.hpp"
#include "sim/core/parameters.hpp"
#include "sim/scenario/xml_tags.hpp"

namespace hearsay {
namespace {

constexpr std::size_t most_mistakes_of_a_platform = 100;

// Number and unit as SimGrid reads them (xbt_parse_units.cpp). Nothing if they are wrong: SimGrid says so itself.
std::optional<double> parse_number_with(std::string_view text, double (*factor)(std::string_view unit)) {
  const std::string copy(text);
  char* end = nullptr;
  const double number = std::strtod(copy.c_str(), &end);
  if (end == copy.c_str()) return std::nullopt;
  const double unit = factor(end);
  if (unit == 0) return std::nullopt;
  return number * unit;
}

// "k" .. "Y" or "Ki" .. "Yi" before `unit`; 0 if it is something else.
double prefix_of(std::string_view text, std::string_view unit) {
  if (!text.ends_with(unit)) return 0;
  text.remove_suffix(unit.size());
  if (text.empty()) return 1;
  const auto power = std::string_view("kMGTPEZY").find(text[0] == 'K' ? 'k' : text[0]);
  if (power == std::string_view::npos || text.size() > 2 || (text.size() == 2 && text[1] != 'i')) return 0;
  double factor = 1;
  for (std::size_t i = 0; i <= power; ++i) factor *= text.size() == 2 ? 1024 : 1000;
  return factor;
}

double bandwidth_unit(std::string_view unit) {
  if (unit.empty()) return 1;
  if (const double bytes = prefix_of(unit, "Bps"); bytes > 0) return bytes;
  return prefix_of(unit, "bps") / 8;
}

double time_unit(std::string_view unit) {
  static constexpr std::array<std::pair<std::string_view, double>, 10> units{{{"", 1},
                                                                              {"s", 1},
                                                                              {"ms", 1e-3},
                                                                              {"us", 1e-6},
                                                                              {"ns", 1e-9},
                                                                              {"ps", 1e-12},
                                                                              {"m", 60},
                                                                              {"h", 3600},
                                                                              {"d", 86400},
                                                                              {"w", 604800}}};
  const auto known = std::find_if(units.begin(), units.end(), [unit](const auto& u) { return u.first == unit; });
  return known == units.end() ? 0 : known->second;
}

double speed_unit(std::string_view unit) {
  if (unit.empty()) return 1;
  if (const double f = prefix_of(unit, "f"); f > 0) return f;
  return unit.ends_with("flops") ? 1 : 0;  // "gigaflops": at least as much
}

struct Quantity {
  const char* name;
  Bounds bounds;
  const char* bounds_text;
  double (*unit)(std::string_view);
};
constexpr Quantity latencies{"latency", {0, duration_bounds.maximum}, "0s and 3600000s", time_unit};
constexpr Quantity bandwidths{"bandwidth", bandwidth_bounds, "1bps and 8Pbps", bandwidth_unit};
constexpr Quantity speeds{"speed", {1e-3, 1e18}, "0.001f and 1Ef", speed_unit};

// Which attributes of which elements hold what.
struct Bounded {
  std::string_view element, attribute;
  const Quantity& quantity;
};
const std::array<Bounded, 21> bounded_attributes{{{"link", "bandwidth", bandwidths},
                                                  {"link", "latency", latencies},
                                                  {"backbone", "bandwidth", bandwidths},
                                                  {"backbone", "latency", latencies},
                                                  {"cluster", "bw", bandwidths},
                                                  {"cluster", "lat", latencies},
                                                  {"cluster", "bb_bw", bandwidths},
                                                  {"cluster", "bb_lat", latencies},
                                                  {"cluster", "loopback_bw", bandwidths},
                                                  {"cluster", "loopback_lat", latencies},
                                                  {"cluster", "limiter_link", bandwidths},
                                                  {"cabinet", "bw", bandwidths},
                                                  {"cabinet", "lat", latencies},
                                                  {"peer", "bw_in", bandwidths},
                                                  {"peer", "bw_out", bandwidths},
                                                  {"peer", "lat", latencies},
                                                  {"host", "speed", speeds},
                                                  {"cluster", "speed", speeds},
                                                  {"cabinet", "speed", speeds},
                                                  {"peer", "speed", speeds},
                                                  {"disk", "read_bw", bandwidths}}};

// What a profile would do, by the fault that a scenario writes for it.
std::string_view fault_for(std::string_view attribute) {
  if (attribute == "bandwidth_file") return "`bandwidth`";
  if (attribute == "latency_file") return "`delay`";
  if (attribute == "speed_file" || attribute == "availability_file") return "`slow`";
  return "`crash`";
}

// "0-99,120": how many; nothing if SimGrid would not take it.
std::optional<std::uint64_t> count_of_radical(std::string_view text) {
  std::uint64_t sum = 0;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    const std::string group(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
    char* end = nullptr;
    const long long first = std::strtoll(group.c_str(), &end, 10);
    if (end == group.c_str()) return std::nullopt;
    const long long last = *end == '-' ? std::strtoll(end + 1, nullptr, 10) : first;
    if (last >= first)
      sum +=
          static_cast<std::uint64_t>(std::min<long long>(last, 1LL << 40) - std::max<long long>(first, -(1LL << 40))) +
          1;
  }
  return sum;
}

class FileReader {
 public:
  explicit FileReader(std::string file) : file_(std::move(file)) {}

  void take(const XmlTag& tag) {
    check_zones(tag);
    if (tag.closing) {
      if (tag.name == "config") in_config_ = false;
      return;
    }
    if (tag.name == "config") in_config_ = !tag.empty;
    if (tag.name == "prop" && in_config_) take_setting(tag);
    if (tag.name == "trace" || tag.name == "trace_connect")
      refuse_profile(tag.line, tag.column, "<" + tag.name + ">", "`crash`, `link`, `slow`, `bandwidth` or `delay`");
    if (tag.name == "include")
      add(tag.line, tag.column, "<include> reads another file, which SimGrid gave up; put what it has in this one");
    check_wifi(tag);
    count_hosts(tag);
    for (const XmlAttribute& attribute : tag.attributes) check(tag, attribute);
  }

  PlatformFile result;

 private:
  void add(int line, int column, const std::string& message) {
    if (result.mistakes.size() < most_mistakes_of_a_platform) result.mistakes.push_back({file_, line, column, message});
  }

  // Other keys of SimGrid's write files, load plugins, or change what has nothing to do with a platform.
  void take_setting(const XmlTag& tag) {
    const XmlAttribute* id = tag.find("id");
    const XmlAttribute* value = tag.find("value");
    if (id == nullptr || value == nullptr) return;
    for (const std::string_view allowed : {"network/", "host/", "surf/", "cpu/", "maxmin/", "precision/"})
      if (id->value.starts_with(allowed)) {
        result.config.emplace_back(id->value, value->value);
        return;
      }
    add(id->line, id->column,
        "a platform cannot set SimGrid's `" + id->value +
            "`; it can set keys that begin with network/, host/, surf/, cpu/, maxmin/ or precision/");
  }

  void refuse_profile(int line, int column, const std::string& what, std::string_view fault) {
    add(line, column,
        what + " is a profile, which is not supported; leave it out and write it as the fault " + std::string(fault) +
            " in the scenario");
  }

  void check_wifi(const XmlTag& tag) {
    const XmlAttribute* policy = tag.name == "link" ? tag.find("sharing_policy") : nullptr;
    const XmlAttribute* routing = tag.name == "zone" || tag.name == "AS" ? tag.find("routing") : nullptr;
    for (const XmlAttribute* given : {policy, routing}) {
      if (given == nullptr) continue;
      std::string text = given->value;
      std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::toupper(c); });
      if (text == "WIFI")
        add(given->line, given->column,
            "WIFI links and zones are not supported: their rate depends on stations that the file does not describe; "
            "use links with one bandwidth");
    }
  }

  // SimGrid crashes on a platform without any.
  void check_zones(const XmlTag& tag) {
    if (tag.name == "platform" && !tag.closing) platform_ = {tag.line, tag.column};
    has_zone_ = has_zone_ || tag.name == "zone" || tag.name == "AS" || tag.name == "cluster" || tag.name == "cabinet" ||
                tag.name == "peer";
    if (tag.name == "platform" && (tag.closing || tag.empty) && !has_zone_ && platform_.first > 0)
      add(platform_.first, platform_.second, "the platform has no zone, and so no hosts; give it a <zone> with hosts");
  }

  void count_hosts(const XmlTag& tag) {
    if (tag.name == "host" || tag.name == "peer") result.hosts += 1;
    if (tag.name == "cluster" || tag.name == "cabinet")
      if (const XmlAttribute* radical = tag.find("radical"))
        result.hosts += count_of_radical(radical->value).value_or(0);
    if (result.hosts > most_platform_hosts && !too_many_) {
      too_many_ = true;
      add(tag.line, tag.column,
          "the platform has " + std::to_string(result.hosts) + " hosts up to here, more than the " +
              std::to_string(most_platform_hosts) +
              " that are built at most; leave out those that no node is placed on, or use `platform: {star: ...}`");
    }
  }

  void check(const XmlTag& tag, const XmlAttribute& attribute) {
    if (attribute.name.ends_with("_file") && !attribute.value.empty()) {
      const std::string whose = tag.find("id") != nullptr ? " of " + tag.name + " " + tag.find("id")->value : "";
      refuse_profile(attribute.line, attribute.column, "`" + attribute.name + "`" + whose, fault_for(attribute.name));
      return;
    }
    for (const Bounded& entry : bounded_attributes)
      if (entry.element == tag.name && entry.attribute == attribute.name) check_bounds(entry.quantity, attribute);
  }

  // Lists, of WIFI bandwidths or of speeds, have each value checked. A host may have a speed of 0 among its later ones:
  // the state of being switched off, which no host is in at the start.
  void check_bounds(const Quantity& quantity, const XmlAttribute& attribute) {
    std::string_view rest = attribute.value;
    while (!rest.empty()) {
      const auto end = std::min(rest.find_first_of(",;"), rest.size());
      std::string_view item = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
      while (!item.empty() && item.back() == ' ') item.remove_suffix(1);
      const auto value = parse_number_with(item, quantity.unit);
      const bool first = item.data() == attribute.value.data();
      if (!value || (*value >= quantity.bounds.minimum && *value <= quantity.bounds.maximum)) continue;
      if (&quantity == &speeds && !first && *value == 0) continue;
      add(attribute.line, attribute.column,
          "the " + std::string(quantity.name) + " `" + std::string(item) + "` is out of bounds; write one between " +
              quantity.bounds_text);
    }
  }

  std::string file_;
  bool in_config_ = false, too_many_ = false, has_zone_ = false;
  std::pair<int, int> platform_{};  // line and column of <platform>
};

}  // namespace

PlatformFile read_platform_text(const std::string& text, const std::string& file) {
  FileReader reader(file);
  XmlTags tags(text);
  while (const auto tag = tags.next()) reader.take(*tag);
  if (tags.refused())
    reader.result.mistakes.push_back(
        {file, tags.line(), tags.column(), "SimGrid's platforms have no DTD of their own and no CDATA; leave it out"});
  return std::move(reader.result);
}

PlatformFile read_platform_file(const std::string& file) {
  try {
    return read_platform_text(read_file(file, most_platform_bytes), file);
  } catch (const FileError& error) {
    throw PlatformError(file + ": " + error.what());
  }
}

std::vector<std::string> config_arguments(const Platform& platform) {
  std::vector<std::string> arguments;
  if (platform.kind != Platform::Kind::file) return arguments;
  for (const auto& [key, value] : read_platform_file(platform.file).config)
    arguments.push_back("--cfg=" + key + ":" + value);
  return arguments;
}

}  // namespace hearsay
