#include "sim/sweep/folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>
#include <sstream>

#include "sim/cli/version.hpp"
#include "sim/core/files.hpp"

namespace hearsay::sweep {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::size_t most_text = 1'000'000'000;  // bytes of a file of the folder

fs::path folders_of(const std::string& results) { return fs::absolute(results).string() + ".sweep"; }

std::string hex(RunId id) {
  std::array<char, 20> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(id));
  return text.data();
}

std::string lines_of(const std::vector<RunId>& runs) {
  std::string text;
  for (const RunId id : runs) text += hex(id) + "\n";
  return text;
}

// The task that a store's name begins with; nothing if it is no store of a task.
std::optional<std::uint32_t> task_of(const fs::path& store) {
  const std::string name = store.filename().string();
  std::uint32_t task = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), task);
  if (error != std::errc() || end == name.data() + name.size() || *end != '-' || !name.ends_with(".sqlite"))
    return std::nullopt;
  return task;
}

}  // namespace

SweepFolder::SweepFolder(fs::path path) : path_(fs::absolute(path).lexically_normal()) {
  if (!path_.has_filename()) path_ = path_.parent_path();  // written with a slash at its end
  try {
    const Json json = Json::parse(read_file((path_ / "sweep.json").string(), most_text));
    work_ = work_from(json.at("work"));
    version_ = json.at("version");
    tasks_ = json.at("tasks");
  } catch (const FileError& error) {
    throw UsageError(path.string() + " is no folder of a sweep: sweep.json: " + error.what());
  } catch (const Json::exception&) {
    throw UsageError(path.string() + " is no folder of a sweep of this version: sweep.json has another form");
  }
}

SweepFolder SweepFolder::create(const Work& work, std::span<const std::vector<RunId>> tasks) {
  const fs::path all = folders_of(*work.common.results);
  fs::create_directories(all);
  fs::path path;
  for (int number = 1; path.empty(); ++number) {
    std::array<char, 16> name{};
    std::snprintf(name.data(), name.size(), "%03d", number);
    if (fs::create_directory(all / name.data())) path = all / name.data();
  }
  for (const char* part : {"runs", "stores", "logs"}) fs::create_directory(path / part);
  for (std::size_t task = 0; task < tasks.size(); ++task)
    write_file((path / "runs" / std::to_string(task)).string(), lines_of(tasks[task]));
  const Json json{{"version", source_version()}, {"tasks", tasks.size()}, {"work", to_json(work)}};
  write_file((path / "sweep.json").string(), json.dump(1) + "\n");
  return SweepFolder(path);
}

std::vector<SweepFolder> SweepFolder::all_of(const std::string& results) {
  std::vector<fs::path> paths;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folders_of(results), ignored))
    if (fs::exists(entry.path() / "sweep.json", ignored)) paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end(), [](const fs::path& a, const fs::path& b) {
    return std::pair(a.string().size(), a) < std::pair(b.string().size(), b);
  });
  return {paths.begin(), paths.end()};
}

std::vector<RunId> SweepFolder::runs_of(std::uint32_t task) const {
  std::istringstream lines(read_file((path_ / "runs" / std::to_string(task)).string(), most_text));
  std::vector<RunId> runs;
  for (std::string line; std::getline(lines, line);) {
    RunId id = 0;
    std::from_chars(line.data(), line.data() + line.size(), id, 16);
    runs.push_back(id);
  }
  return runs;
}

std::vector<RunId> SweepFolder::runs() const {
  std::vector<RunId> all;
  for (std::uint32_t task = 0; task < tasks_; ++task) {
    const auto of_task = runs_of(task);
    all.insert(all.end(), of_task.begin(), of_task.end());
  }
  return all;
}

std::optional<SubmittedJobs> SweepFolder::jobs() const {
  std::error_code ignored;
  if (!fs::exists(path_ / "jobs", ignored)) return std::nullopt;
  std::istringstream words(read_file((path_ / "jobs").string(), most_text));
  SubmittedJobs jobs;
  words >> jobs.array >> jobs.merge;
  return jobs;
}

void SweepFolder::keep_jobs(const SubmittedJobs& jobs) const {
  write_file((path_ / "jobs").string(), jobs.array + "\n" + jobs.merge + "\n");
}

bool SweepFolder::done() const {
  std::error_code ignored;
  return fs::exists(path_ / "done", ignored);
}

void SweepFolder::mark_done() const {
  write_file((path_ / "done").string(), "");
  std::error_code ignored;  // a process that still writes one loses nothing
  fs::remove_all(path_ / "stores", ignored);
}

bool SweepFolder::collected() const {
  std::error_code ignored;
  return fs::exists(path_ / "collected", ignored);
}

void SweepFolder::mark_collected() const { write_file((path_ / "collected").string(), ""); }

std::vector<fs::path> SweepFolder::stores(std::optional<std::uint32_t> task) const {
  std::vector<fs::path> found;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(path_ / "stores", ignored)) {
    const auto of = task_of(entry.path());
    if (of && (!task || *of == *task)) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<std::int64_t> SweepFolder::finished() const {
  std::vector<std::int64_t> counts(tasks_, 0);
  for (const fs::path& store : stores())
    if (const std::uint32_t task = *task_of(store); task < tasks_)
      counts[task] = std::max(counts[task], count_runs(store.string()));
  return counts;
}

SweepLock::SweepLock(const std::string& results) : folder_(folders_of(results)) {
  for (;;) {
    fs::create_directory(folder_);
    descriptor_ = open(file().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor_ < 0 && errno == ENOENT) continue;  // whoever had the lock has just removed the folder
    if (descriptor_ < 0)
      throw std::runtime_error("cannot write to " + folder_.string() + ": " + std::string(std::strerror(errno)));
    wait();
    if (still_there()) return;  // else others have a newer file
    close(descriptor_);
  }
}

SweepLock::~SweepLock() {
  std::error_code ignored;
  const auto other = [this](const fs::directory_entry& entry) { return entry.path() != file(); };
  if (std::none_of(fs::directory_iterator(folder_, ignored), fs::directory_iterator(), other)) {
    fs::remove(file(), ignored);
    fs::remove(folder_, ignored);
  }
  close(descriptor_);
}

fs::path SweepLock::file() const { return folder_ / "lock"; }

void SweepLock::wait() const {
  struct flock whole {};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  while (fcntl(descriptor_, F_SETLKW, &whole) != 0) {
    if (errno == EINTR) continue;
    const std::string why = std::strerror(errno);
    close(descriptor_);
    throw std::runtime_error("cannot lock " + file().string() + ": " + why);
  }
}

bool SweepLock::still_there() const {
  struct stat ours {
  }, named{};
  return fstat(descriptor_, &ours) == 0 && stat(file().c_str(), &named) == 0 && ours.st_dev == named.st_dev &&
         ours.st_ino == named.st_ino;
}

}  // namespace hearsay::sweep
