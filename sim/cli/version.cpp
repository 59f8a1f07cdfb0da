#include "sim/cli/version.hpp"

#include <elf.h>
#include <link.h>

#include <cstring>

namespace hearsay {
namespace {

// The first four bytes of the build id, which the linker makes of the program's content.
int find_build_id(dl_phdr_info* info, size_t, void* out) {
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const auto& header = info->dlpi_phdr[i];
    if (header.p_type != PT_NOTE) continue;
    const char* at = reinterpret_cast<const char*>(info->dlpi_addr + header.p_vaddr);
    const char* end = at + header.p_memsz;
    while (at + sizeof(ElfW(Nhdr)) <= end) {
      ElfW(Nhdr) note;
      std::memcpy(&note, at, sizeof note);
      const char* name = at + sizeof note;
      const char* content = name + (note.n_namesz + 3) / 4 * 4;
      if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && std::memcmp(name, "GNU", 4) == 0 &&
          note.n_descsz >= 4) {
        constexpr const char* digits = "0123456789abcdef";
        for (int byte = 0; byte < 4; ++byte) {
          const auto value = static_cast<unsigned char>(content[byte]);
          *static_cast<std::string*>(out) += digits[value >> 4];
          *static_cast<std::string*>(out) += digits[value & 15];
        }
        return 1;
      }
      at = content + (note.n_descsz + 3) / 4 * 4;
    }
  }
  return 1;  // the program itself comes first; its libraries do not matter
}

}  // namespace

std::string version() {
  static const std::string text = [] {
    std::string id;
    dl_iterate_phdr(find_build_id, &id);
    return HEARSAY_VERSION + (id.empty() ? "" : "+" + id);
  }();
  return text;
}

}  // namespace hearsay
