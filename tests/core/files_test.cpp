// The guarded reader and the atomic writer of files.
#include "sim/core/files.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>

using namespace hearsay;
using Catch::Contains;
namespace fs = std::filesystem;

namespace {

struct Folder {
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "hearsay-files-XXXXXX").string();
    path = mkdtemp(pattern.data());
  }
  ~Folder() { fs::remove_all(path); }
  std::string operator/(const std::string& name) const { return (path / name).string(); }

  fs::path path;
};

std::string refusal(const std::function<void()>& what) {
  try {
    what();
  } catch (const FileError& error) {
    return error.what();
  }
  return "";
}

std::size_t files_in(const Folder& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder.path), fs::directory_iterator()));
}

}  // namespace

TEST_CASE("what is written is read again") {
  const Folder folder;
  write_file(folder / "a", "one\n");
  CHECK(read_file(folder / "a", 4) == "one\n");
  write_file(folder / "a", "");
  CHECK(read_file(folder / "a", 4) == "");
  CHECK(files_in(folder) == 1);
}

TEST_CASE("the reader refuses devices, folders, pipes, what is not there and what is too large") {
  const Folder folder;
  CHECK_THAT(refusal([] { read_file("/dev/zero", 100); }), Contains("not a regular file"));
  CHECK_THAT(refusal([&] { read_file(folder.path.string(), 100); }), Contains("a directory"));
  CHECK_THAT(refusal([&] { read_file(folder / "none", 100); }), Contains("no such file"));
  REQUIRE(mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK_THAT(refusal([&] { read_file(folder / "pipe", 100); }), Contains("not a regular file"));
  write_file(folder / "large", std::string(101, 'x'));
  CHECK_THAT(refusal([&] { read_file(folder / "large", 100); }), Contains("larger than 100 bytes"));
  CHECK(read_file(folder / "large", 101).size() == 101);
  write_file(folder / "huge", std::string(2'000'001, 'x'));
  CHECK_THAT(refusal([&] { read_file(folder / "huge", 2'000'000); }), Contains("larger than 2 MB"));
  CHECK_THAT(refusal([&] { read_file(folder / "huge", 1'000'000); }), Contains("larger than 1 MB"));
  CHECK_THAT(refusal([&] { read_file(folder / "huge", 999'999); }), Contains("larger than 999999 bytes"));
}

TEST_CASE("a link stays, and what it points at is replaced and keeps its permissions") {
  const Folder folder;
  fs::create_directory(folder.path / "below");
  write_file(folder / "below/real", "old");
  fs::permissions(folder.path / "below/real", fs::perms(0640));
  fs::create_symlink("below/real", folder.path / "link");
  fs::create_symlink("link", folder.path / "second");
  write_file(folder / "second", "new");
  CHECK(fs::is_symlink(folder.path / "second"));
  CHECK(fs::is_symlink(folder.path / "link"));
  CHECK(read_file(folder / "below/real", 9) == "new");
  CHECK(fs::status(folder.path / "below/real").permissions() == fs::perms(0640));
  fs::create_symlink("below/fresh", folder.path / "dangling");
  write_file(folder / "dangling", "made");
  CHECK(read_file(folder / "below/fresh", 9) == "made");
  CHECK(fs::is_symlink(folder.path / "dangling"));
}

TEST_CASE("a circle of links is refused and stays") {
  const Folder folder;
  fs::create_symlink("b", folder.path / "a");
  fs::create_symlink("a", folder.path / "b");
  for (const char* name : {"a", "b"}) {
    CHECK_THAT(refusal([&] { write_file(folder / name, "x"); }), Contains("circle"));
    CHECK_THAT(refusal([&] { check_writable(folder / name); }), Contains("circle"));
    CHECK_THAT(refusal([&] { read_file(folder / name, 9); }), Contains("symbolic links"));
    CHECK(fs::is_symlink(folder.path / name));
  }
}

TEST_CASE("a device stays one, and a disk that is full is a failure that leaves nothing behind") {
  write_file("/dev/null", "gone");
  CHECK(fs::is_character_file("/dev/null"));
  CHECK_THAT(refusal([] { write_file("/dev/full", "x"); }), Contains("No space left"));
  CHECK(fs::is_character_file("/dev/full"));
}

TEST_CASE("a write that fails leaves what was there, and nothing beside it") {
  const Folder folder;
  write_file(folder / "a", "kept");
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{100, before.rlim_max};  // as a disk with room for a hundred bytes
  setrlimit(RLIMIT_FSIZE, &small);
  const std::string why = refusal([&] { write_file(folder / "a", std::string(1000, 'x')); });
  setrlimit(RLIMIT_FSIZE, &before);
  CHECK_THAT(why, Contains("cannot be written"));
  CHECK(read_file(folder / "a", 9) == "kept");
  CHECK(files_in(folder) == 1);
}

TEST_CASE("whether a file can be written is known before the work, without touching it") {
  const Folder folder;
  CHECK_THAT(refusal([&] { check_writable(folder / "none/a"); }), Contains("there is no folder"));
  CHECK_THAT(refusal([&] { check_writable(folder.path.string()); }), Contains("a directory"));
  CHECK_THAT(refusal([&] { check_writable(""); }), Contains("empty"));
  check_writable(folder / "a");
  CHECK(files_in(folder) == 0);
  write_file(folder / "a", "kept");
  check_writable(folder / "a");
  CHECK(read_file(folder / "a", 9) == "kept");
  check_writable("/dev/null");
  CHECK_THAT(refusal([] { check_regular_or_absent("/dev/null"); }), Contains("not a regular file"));
  CHECK(refusal([&] { check_regular_or_absent(folder / "absent"); }) == "");
}
