// A text that many things hold, such as a scenario that a million runs have in common: copies share it.
#pragma once

#include <memory>
#include <string>
#include <utility>

namespace hearsay {

class SharedText {
 public:
  SharedText() = default;
  SharedText(std::string text)  // NOLINT(google-explicit-constructor): to be used as a string
      : text_(text.empty() ? nullptr : std::make_shared<const std::string>(std::move(text))) {}
  SharedText(const char* text) : SharedText(std::string(text)) {}  // NOLINT(google-explicit-constructor)

  const std::string& get() const {
    static const std::string empty;
    return text_ ? *text_ : empty;
  }
  operator const std::string&() const { return get(); }  // NOLINT(google-explicit-constructor)

  // Without a look at the letters if both are copies of one.
  friend bool operator==(const SharedText& a, const SharedText& b) { return a.text_ == b.text_ || a.get() == b.get(); }

 private:
  std::shared_ptr<const std::string> text_;  // null: empty
};

}  // namespace hearsay
