# Makes a header of the page's bundle: cmake -DIN=bundle.html -DOUT=html_bundle.hpp -P html_bundle.cmake
# In pieces, since a compiler need not take longer literals than 65,536 bytes.
file(READ "${IN}" text)
string(LENGTH "${text}" length)
set(out "#pragma once\n\n#include <string_view>\n\nnamespace hearsay {\n\ninline constexpr std::string_view html_bundle[] = {\n")
set(at 0)
while(at LESS length)
  string(SUBSTRING "${text}" ${at} 15000 part)
  string(APPEND out "R\"~bundle~(${part})~bundle~\",\n")
  math(EXPR at "${at} + 15000")
endwhile()
string(APPEND out "};\n\n}  // namespace hearsay\n")
file(WRITE "${OUT}" "${out}")
