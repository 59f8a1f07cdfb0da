#include "sim/core/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <utility>

namespace hearsay {
namespace {

namespace fs = std::filesystem;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return fd_; }
  bool close() { return ::close(std::exchange(fd_, -1)) == 0; }

 private:
  int fd_;
};

[[noreturn]] void fail(const std::string& what, const std::string& right) {
  throw FileError(what + ": " + std::strerror(errno) + "; " + right);
}

std::string size_text(std::size_t bytes) {
  return bytes >= 1'000'000 ? std::to_string(bytes / 1'000'000) + " MB" : std::to_string(bytes) + " bytes";
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// What a chain of links leads to, whether it is there or not. Of more links than the kernel follows none is replaced.
fs::path target_of(fs::path path) {
  std::error_code error;
  for (int i = 0; fs::is_symlink(path, error); ++i) {
    if (i == 40) throw FileError("the links lead in a circle; name another file");
    const fs::path next = fs::read_symlink(path, error);
    if (error) break;
    path = next.is_absolute() ? next : path.parent_path() / next;
  }
  return path;
}

std::string folder_of(const fs::path& path) {
  const fs::path folder = path.parent_path();
  return folder.empty() ? "." : folder.string();
}

// A file beside `target` that is gone unless it takes its place.
class Part {
 public:
  explicit Part(const fs::path& target)
      : name_(folder_of(target) + "/." + target.filename().string().substr(0, 100) + ".XXXXXX"),
        file_(::mkostemp(name_.data(), O_CLOEXEC)) {
    if (file_.get() < 0) fail("no file can be made in the folder " + folder_of(target), "name another folder");
  }
  ~Part() {
    if (!placed_) ::unlink(name_.c_str());
  }
  Part(const Part&) = delete;
  Part& operator=(const Part&) = delete;

  void fill(const std::string& text, mode_t mode) {
    if (!write_all(file_.get(), text) || ::fchmod(file_.get(), mode) != 0 || ::fsync(file_.get()) != 0)
      fail("cannot be written", "free space on the disk, or name another file");
    if (!file_.close()) fail("cannot be written", "free space on the disk, or name another file");
  }

  void take_the_place_of(const fs::path& target) {
    if (std::rename(name_.c_str(), target.c_str()) != 0) fail("cannot be replaced", "name another file");
    placed_ = true;
  }

 private:
  std::string name_;
  Descriptor file_;
  bool placed_ = false;
};

mode_t usual_mode() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

}  // namespace

std::string read_file(const std::string& file, std::size_t most) {
  // Without O_NONBLOCK a pipe that nobody writes to would hold us up.
  const Descriptor in(::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (in.get() < 0 && errno == ENOENT) throw FileError("there is no such file; check the path");
  if (in.get() < 0) fail("cannot be read", "check its permissions");
  struct stat status {};
  if (::fstat(in.get(), &status) != 0) fail("cannot be read", "check its permissions");
  if (S_ISDIR(status.st_mode)) throw FileError("this is a directory; name a file in it");
  if (!S_ISREG(status.st_mode)) throw FileError("this is not a regular file; name one");
  std::string text;
  std::string block(1 << 16, '\0');
  while (true) {
    const ssize_t got = ::read(in.get(), block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail("cannot be read", "check the disk");
    if (got == 0) return text;
    text.append(block, 0, static_cast<std::size_t>(got));
    if (text.size() > most) throw FileError("the file is larger than " + size_text(most) + "; name another");
  }
}

void write_file(const std::string& file, const std::string& text) {
  const fs::path target = target_of(file);
  struct stat status {};
  const bool there = ::stat(target.c_str(), &status) == 0;
  if (there && S_ISDIR(status.st_mode)) throw FileError("this is a directory; name a file in it");
  if (there && !S_ISREG(status.st_mode)) {
    Descriptor out(::open(target.c_str(), O_WRONLY | O_CLOEXEC));
    if (out.get() < 0 || !write_all(out.get(), text) || !out.close()) fail("cannot be written", "name another file");
    return;
  }
  if (there && ::access(target.c_str(), W_OK) != 0) fail("cannot be written", "check its permissions");
  Part part(target);
  part.fill(text, there ? status.st_mode & 07777 : usual_mode());
  part.take_the_place_of(target);
}

void check_writable(const std::string& file) {
  if (file.empty()) throw FileError("the name is empty; name a file");
  const fs::path target = target_of(file);
  struct stat status {};
  if (::stat(target.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) throw FileError("this is a directory; name a file in it");
    if (::access(target.c_str(), W_OK) != 0) fail("cannot be written", "check its permissions");
    if (!S_ISREG(status.st_mode)) return;
  }
  const std::string folder = folder_of(target);
  if (::stat(folder.c_str(), &status) != 0 || !S_ISDIR(status.st_mode))
    throw FileError("there is no folder " + folder + "; make it, or name another file");
  const Part writes_there(target);
}

void check_regular_or_absent(const std::string& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return;
  if (S_ISDIR(status.st_mode)) throw FileError("this is a directory; name a file in it");
  if (!S_ISREG(status.st_mode)) throw FileError("this is not a regular file; name one");
}

}  // namespace hearsay
