#include <nlohmann/json.hpp>
#include <string_view>

#include "sim/report/html_bundle.hpp"  // made by CMake from html/bundle.html
#include "sim/report/report_data.hpp"

namespace hearsay {

std::string html_page(const nlohmann::ordered_json& data) {
  constexpr std::string_view mark = "@@HEARSAY-DATA@@";
  std::string page;
  for (const std::string_view part : html_bundle) page += part;
  const std::size_t at = page.find(mark);
  const std::string text = data.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  std::string safe;
  safe.reserve(text.size() + text.size() / 50);
  for (const char c : text)
    if (c == '<')  // no `</script>` and no `<!--`, in any spelling
      safe += "\\u003c";
    else
      safe += c;
  return page.replace(at, mark.size(), safe);
}

}  // namespace hearsay
