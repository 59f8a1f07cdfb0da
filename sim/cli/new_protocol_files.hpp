// What `new-protocol` writes.
#pragma once

#include <span>

namespace hearsay {

struct ProtocolFile {
  const char* name;
  // @NAME@, @FUNCTION@ (NAME_info), @PACKAGE@ (where HearsayConfig.cmake lies), @SCHEMA@ and @HEARSAY@ (the program)
  // are filled in, in the name, too.
  const char* text;
};
std::span<const ProtocolFile> new_protocol_files();

}  // namespace hearsay
