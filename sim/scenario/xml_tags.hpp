// The tags of an XML text with their places: as much of XML as SimGrid's parser knows. Comments and processing
// instructions are passed over.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hearsay {

struct XmlAttribute {
  std::string name, value;  // the value as it stands, entities included
  int line = 0, column = 0;
};

struct XmlTag {
  std::string name;
  bool closing = false;  // </name>
  bool empty = false;    // <name/>
  int line = 0, column = 0;
  std::vector<XmlAttribute> attributes;

  const XmlAttribute* find(std::string_view attribute) const;  // null if it is not there
};

class XmlTags {
 public:
  explicit XmlTags(std::string_view text) : rest_(text) {}

  // Nothing at the end, and where the text is not well-formed.
  std::optional<XmlTag> next();

  // True if next() ended at a DTD inside the text or at CDATA, where other rules would hold.
  bool refused() const { return refused_; }
  // The place that has been reached, from 1.
  int line() const { return line_; }
  int column() const { return column_; }

 private:
  void skip(std::size_t bytes);
  bool skip_past(std::string_view end);
  void skip_space();
  std::string name();
  bool attribute(XmlTag& tag);

  std::string_view rest_;
  int line_ = 1, column_ = 1;
  bool refused_ = false;
};

}  // namespace hearsay
