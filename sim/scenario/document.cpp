#include "sim/scenario/document.hpp"

#include <yaml-cpp/anchor.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <utility>

#include "sim/scenario/words.hpp"

namespace hearsay {
namespace {

// A mistake that ends the parse.
struct ParseFailure {
  Location place;
  std::string message;
};

// Receives yaml-cpp's events and builds the tree. It sees every node when it begins, so that the depth limit holds
// before yaml-cpp recurses deeper.
class TreeBuilder final : public YAML::EventHandler {
 public:
  // `text`: what is parsed. `base`: the place of every node, for a snippet of the command line.
  TreeBuilder(std::string_view text, std::optional<Location> base) : text_(text), base_(std::move(base)) {}

  Node root;

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1)
      throw ParseFailure{place(mark),
                         "the file goes on after the end of the scenario; one file holds one YAML document"};
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Node node;
    node.place = place(mark);
    add(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto it = anchors_.find(anchor);
    if (it == anchors_.end())
      throw ParseFailure{place(mark),
                         "this alias stands inside the value that it names; a value cannot contain itself"};
    const Node& original = it->second;
    if (open_.size() + height(original) > most_document_depth) fail_depth(place(mark));
    charge_copy(original, place(mark));
    Node copy = original;
    add(std::move(copy), YAML::NullAnchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    check_tag(mark, tag);
    Node node;
    node.place = place(mark);
    node.quoted = tag == "!";
    if (node.quoted && !is_closed(static_cast<std::size_t>(mark.pos)))
      throw ParseFailure{place(mark), "this quote is never closed; close it where the text ends"};
    if (!node.quoted && (value == "~" || value == "null" || value.empty())) {
      node.kind = Node::Kind::null;
    } else {
      node.kind = Node::Kind::scalar;
    }
    node.text = value;
    add(std::move(node), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    begin(mark, tag, anchor, Node::Kind::list);
  }
  void OnSequenceEnd() override { end(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    begin(mark, tag, anchor, Node::Kind::map);
  }
  void OnMapEnd() override { end(); }

  Location place(const YAML::Mark& mark) const {
    if (base_) return *base_;
    if (mark.is_null()) return {1, 1, nullptr};
    return {mark.line + 1, mark.column + 1, nullptr};
  }

 private:
  struct Open {
    Node node;
    YAML::anchor_t anchor;
    std::optional<std::pair<std::string, Location>> key;  // of a map, whose value comes next
    std::set<std::string> keys;
  };

  void check_tag(const YAML::Mark& mark, const std::string& tag) const {
    if (!tag.empty() && tag != "?" && tag != "!")
      throw ParseFailure{place(mark),
                         "YAML tags such as " + backquoted(tag) + " have no meaning in a scenario; leave it out"};
  }

  void begin(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Node::Kind kind) {
    check_tag(mark, tag);
    if (!open_.empty() && open_.back().node.is_map() && !open_.back().key)
      throw ParseFailure{place(mark),
                         "a list or map stands where a key should; write `key: value`, and close every bracket"};
    if (open_.size() >= most_document_depth) fail_depth(place(mark));
    Open open;
    open.node.kind = kind;
    open.node.place = place(mark);
    open.anchor = anchor;
    open_.push_back(std::move(open));
  }

  void end() {
    Node node = std::move(open_.back().node);
    const YAML::anchor_t anchor = open_.back().anchor;
    open_.pop_back();
    add(std::move(node), anchor);
  }

  void add(Node node, YAML::anchor_t anchor) {
    if (++nodes_ > most_document_nodes)
      throw ParseFailure{node.place, "the scenario has more than " + std::to_string(most_document_nodes) +
                                         " values; generate large overlays with `topology` instead of listing them"};
    if (anchor != YAML::NullAnchor) {
      charge_copy(node, node.place);
      anchors_[anchor] = node;
    }
    if (open_.empty()) {
      root = std::move(node);
    } else if (open_.back().node.is_list()) {
      open_.back().node.items.push_back(std::move(node));
    } else {
      add_to_map(open_.back(), std::move(node));
    }
  }

  static void add_to_map(Open& map, Node node) {
    if (map.key) {
      if (node.is_null()) node.place = map.key->second;  // yaml-cpp reports what follows
      map.node.entries.push_back({std::move(map.key->first), map.key->second, std::move(node)});
      map.key.reset();
      return;
    }
    if (!node.is_scalar())
      throw ParseFailure{node.place, "a key must be a word, not " + describe_kind(node) + "; write `key: value`"};
    if (!map.keys.insert(node.text).second)
      throw ParseFailure{node.place,
                         "the key " + backquoted(node.text) + " is given twice in one map; keep one of them"};
    map.key = {std::move(node.text), node.place};
  }

  static std::size_t size(const Node& node) {
    std::size_t sum = 1;
    for (const auto& item : node.items) sum += size(item);
    for (const auto& entry : node.entries) sum += size(entry.value);
    return sum;
  }

  static std::size_t height(const Node& node) {
    std::size_t below = 0;
    for (const auto& item : node.items) below = std::max(below, height(item));
    for (const auto& entry : node.entries) below = std::max(below, height(entry.value));
    return below + 1;
  }

  void charge_copy(const Node& node, const Location& where) {
    copied_ += size(node);
    if (copied_ > most_alias_nodes)
      throw ParseFailure{where, "anchors and aliases expand to more than " + std::to_string(most_alias_nodes) +
                                    " values; write them out where they are needed"};
  }

  [[noreturn]] static void fail_depth(const Location& where) {
    throw ParseFailure{where, "lists and maps are nested more than " + std::to_string(most_document_depth) +
                                  " deep; a scenario needs about six levels"};
  }

  // yaml-cpp takes the end of the file for the end of a quoted text, and so the rest of the file for the text.
  bool is_closed(std::size_t at) const {
    if (text_.starts_with("\xef\xbb\xbf")) at += 3;                      // yaml-cpp does not count the byte order mark
    while (at < text_.size() && (text_[at] == '&' || text_[at] == '!'))  // an anchor or tag comes first
      at = text_.find_first_not_of(" \t\r\n", std::min(text_.find_first_of(" \t\r\n", at), text_.size()));
    if (at >= text_.size() || (text_[at] != '"' && text_[at] != '\'')) return true;  // a block of text
    const char quote = text_[at];
    for (++at; at < text_.size(); ++at) {
      if (quote == '"' && text_[at] == '\\')
        ++at;
      else if (text_[at] == quote && quote == '\'' && at + 1 < text_.size() && text_[at + 1] == quote)
        ++at;
      else if (text_[at] == quote)
        return true;
    }
    return false;
  }

  std::string_view text_;
  std::optional<Location> base_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Node> anchors_;  // complete ones
  std::size_t documents_ = 0, nodes_ = 0, copied_ = 0;
};

std::optional<Node> parse(const std::string& text, const std::optional<Location>& base, Mistakes& mistakes) {
  TreeBuilder builder(text, base);
  try {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder)) return Node{};
    parser.HandleNextDocument(builder);  // throws if there is another one
    return std::move(builder.root);
  } catch (const ParseFailure& failure) {
    mistakes.add(failure.place, failure.message);
  } catch (const YAML::Exception& error) {
    mistakes.add(builder.place(error.mark),
                 "this is not valid YAML: " + error.msg + "; check indentation, brackets, quotes and colons here");
  }
  return std::nullopt;
}

// On one line, inside a flow list or map.
std::string scalar_text(const Node& node) {
  const bool plain = !node.quoted && node.text.find_first_of(",[]{}#&*!|>'\"`\n") == std::string::npos &&
                     node.text.find(": ") == std::string::npos;
  if (plain) return node.text;
  std::string out = "\"";
  for (const char c : node.text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n')
      out += "\\n";
    else if (c == '\t')
      out += "\\t";
    else if (c == '\r')
      out += "\\r";
    else
      out += c;
  }
  return out + "\"";
}

}  // namespace

const Node* Node::find(std::string_view key) const {
  for (const auto& entry : entries)
    if (entry.key == key) return &entry.value;
  return nullptr;
}

Node* Node::find(std::string_view key) { return const_cast<Node*>(std::as_const(*this).find(key)); }

std::optional<Node> parse_document(const std::string& text, Mistakes& mistakes) {
  auto root = parse(text, std::nullopt, mistakes);
  if (!root) return std::nullopt;
  if (root->is_null()) {
    mistakes.add({1, 1, nullptr}, "the file is empty; a scenario has at least `name` and `protocols`");
    return std::nullopt;
  }
  if (!root->is_map()) {
    mistakes.add(root->place, "this is " + describe_kind(*root) + "; a scenario is a map that begins with `name: ...`");
    return std::nullopt;
  }
  return root;
}

std::optional<Node> parse_snippet(const std::string& text, const Location& place, Mistakes& mistakes) {
  return parse(text, place, mistakes);
}

Node scalar_node(std::string text, const Location& place) {
  Node node;
  node.kind = Node::Kind::scalar;
  node.place = place;
  node.text = std::move(text);
  return node;
}

std::string flow_text(const Node& node) {
  std::string out;
  switch (node.kind) {
    case Node::Kind::null: return "~";
    case Node::Kind::scalar: return scalar_text(node);
    case Node::Kind::list:
      for (const auto& item : node.items) out += (out.empty() ? "" : ", ") + flow_text(item);
      return "[" + out + "]";
    case Node::Kind::map:
      for (const auto& entry : node.entries)
        out += (out.empty() ? "" : ", ") + entry.key + ": " + flow_text(entry.value);
      return "{" + out + "}";
  }
  return out;
}

std::string describe_kind(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null: return "empty";
    case Node::Kind::scalar: return "the value " + backquoted(node.text);
    case Node::Kind::list: return "a list";
    case Node::Kind::map: return "a map";
  }
  return {};
}

}  // namespace hearsay
