#include "sim/scenario/xml_tags.hpp"

#include <algorithm>

namespace hearsay {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == ':' || c == '.';
}

}  // namespace

const XmlAttribute* XmlTag::find(std::string_view attribute) const {
  for (const XmlAttribute& given : attributes)
    if (given.name == attribute) return &given;
  return nullptr;
}

void XmlTags::skip(std::size_t bytes) {
  bytes = std::min(bytes, rest_.size());
  for (std::size_t i = 0; i < bytes; ++i) {
    ++column_;
    if (rest_[i] == '\n') {
      ++line_;
      column_ = 1;
    }
  }
  rest_.remove_prefix(bytes);
}

bool XmlTags::skip_past(std::string_view end) {
  const auto at = rest_.find(end);
  skip(at == std::string_view::npos ? rest_.size() : at + end.size());
  return at != std::string_view::npos;
}

void XmlTags::skip_space() {
  std::size_t n = 0;
  while (n < rest_.size() && is_space(rest_[n])) ++n;
  skip(n);
}

std::string XmlTags::name() {
  std::size_t n = 0;
  while (n < rest_.size() && is_name(rest_[n])) ++n;
  std::string text(rest_.substr(0, n));
  skip(n);
  return text;
}

// False if what follows is none.
bool XmlTags::attribute(XmlTag& tag) {
  XmlAttribute read;
  read.line = line_;
  read.column = column_;
  read.name = name();
  skip_space();
  if (read.name.empty() || rest_.empty() || rest_.front() != '=') return false;
  skip(1);
  skip_space();
  if (rest_.empty() || (rest_.front() != '"' && rest_.front() != '\'')) return false;
  const auto end = rest_.find(rest_.front(), 1);
  if (end == std::string_view::npos) return false;
  read.value = rest_.substr(1, end - 1);
  skip(end + 1);
  tag.attributes.push_back(std::move(read));
  return true;
}

std::optional<XmlTag> XmlTags::next() {
  while (true) {
    const auto open = rest_.find('<');
    skip(std::min(open, rest_.size()));
    if (rest_.empty()) return std::nullopt;
    if (rest_.starts_with("<!--")) {
      skip(4);
      if (!skip_past("-->")) return std::nullopt;
    } else if (rest_.starts_with("<?")) {
      if (!skip_past("?>")) return std::nullopt;
    } else if (rest_.starts_with("<!")) {
      refused_ = rest_.starts_with("<![") || rest_.substr(0, rest_.find('>')).find('[') != std::string_view::npos;
      if (refused_ || !skip_past(">")) return std::nullopt;
    } else {
      break;
    }
  }
  XmlTag tag;
  tag.line = line_;
  tag.column = column_;
  skip(1);
  if (rest_.starts_with("/")) {
    tag.closing = true;
    skip(1);
  }
  tag.name = name();
  while (true) {
    skip_space();
    if (rest_.starts_with("/>")) {
      tag.empty = true;
      skip(2);
      return tag;
    }
    if (rest_.starts_with(">")) {
      skip(1);
      return tag;
    }
    if (!attribute(tag)) return std::nullopt;
  }
}

}  // namespace hearsay
