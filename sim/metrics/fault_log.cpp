// Keeps what firings chose and counts their effects.
#include "sim/metrics/fault_log.hpp"

namespace hearsay {
void FaultLog::observe(const Event& event) {
  if (event.id >= firings_.size()) firings_.resize(event.id + 1);
  Firing& firing = firings_[event.id];
  if (event.kind == EventKind::fault_begin) {
    firing.began = true;
    firing.record.at = seconds(event.at);
    firing.record.verb = event.firing->verb;
    firing.record.text = event.firing->choice;
    firing.record.nodes.assign(event.firing->nodes.begin(), event.firing->nodes.end());
    firing.record.counts = event.firing->counts;
    firing.record.entry = event.firing->entry;
  } else if (event.kind == EventKind::fault_end) {
    firing.record.until = seconds(event.at);
  } else {
    ++firing.record.effects[event.detail];
  }
}

std::vector<FaultRecord> FaultLog::records() const {
  std::vector<FaultRecord> result;
  for (const Firing& firing : firings_) {
    if (firing.began) result.push_back(firing.record);
  }
  return result;
}

std::string FaultLog::title(std::size_t index) const {
  const FaultRecord& record = firings_[index].record;
  return record.text.empty() ? record.verb : record.verb + ": " + record.text;
}

}  // namespace hearsay
