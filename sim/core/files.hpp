// The one guarded reader and the one atomic writer of files that users name: no endless device, no folder, no half of a
// file, no link that is replaced by what it points at.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>

namespace hearsay {

class FileError : public std::runtime_error {  // "what is wrong; what would be right", without the name of the file
 public:
  using std::runtime_error::runtime_error;
};

// The text of a regular file, or of what a link to one points at. Throws FileError, also if it has more than `most`
// bytes.
std::string read_file(const std::string& file, std::size_t most);

// Replaces a file as a whole or not at all; a link stays, and what it points at is replaced. What is there keeps its
// permissions. Into a device, pipe or socket, such as /dev/stdout, the text is just written. Throws FileError.
void write_file(const std::string& file, const std::string& text);

// Throws FileError if write_file() is bound to fail, as far as that can be known before: to be asked before the work
// whose result is to be written. Leaves what is there as it is.
void check_writable(const std::string& file);

// Throws FileError unless `file` is not there or is a regular file or a link to one.
void check_regular_or_absent(const std::string& file);

}  // namespace hearsay
