#include "sim/workload/workload.hpp"

#include <algorithm>

#include "sim/workload/kinds.hpp"

namespace hearsay {

namespace {

class Phases final : public Workload {
 public:
  explicit Phases(std::vector<std::unique_ptr<Workload>> parts) : parts_(std::move(parts)) {}

  std::optional<Time> peek() override {
    Workload* part = first();
    return part != nullptr ? part->peek() : std::nullopt;
  }
  std::optional<ScheduledOperation> next() override {
    Workload* part = first();
    return part != nullptr ? part->next() : std::nullopt;
  }
  Time end() const override {
    Time end{};
    for (const auto& part : parts_) end = std::max(end, part->end());
    return end;
  }

 private:
  // Whose turn it is: of equal times, the first in the list.
  Workload* first() {
    Workload* first = nullptr;
    Time earliest{};
    for (const auto& part : parts_) {
      const auto at = part->peek();
      if (!at || (first != nullptr && *at >= earliest)) continue;
      first = part.get();
      earliest = *at;
    }
    return first;
  }

  std::vector<std::unique_ptr<Workload>> parts_;
};

}  // namespace

std::unique_ptr<Workload> make_workload(std::span<const WorkloadEntry> entries, const WorkloadContext& context) {
  std::vector<std::unique_ptr<Workload>> parts;
  for (const WorkloadEntry& entry : entries) {
    WorkloadContext own = context;
    if (!parts.empty()) own.seed = combine(context.seed, parts.size());
    own.script = entry.script;
    parts.push_back(find_workload(entry.kind)->make(entry.values, own));
  }
  if (parts.size() == 1) return std::move(parts.front());
  return std::make_unique<Phases>(std::move(parts));
}

std::span<const WorkloadInfo> workloads() {
  static const std::vector<WorkloadInfo> all{
      broadcast_workload(),   //
      cache_workload(),       //
      crdt_workload(),        //
      kv_workload(),          //
      call_workload(),        //
      replicate_workload(),   //
      chain_workload(),       //
      heartbeat_workload(),   //
      contention_workload(),  //
      register_workload(),    //
      echo_workload(),       unique_ids_workload(), txn_list_append_workload(), txn_rw_register_workload(),
      kafka_workload(),
  };
  return all;
}

const WorkloadInfo* find_workload(std::string_view name) {
  for (const auto& info : workloads())
    if (info.name == name) return &info;
  return nullptr;
}

}  // namespace hearsay
