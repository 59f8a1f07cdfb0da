#include "protocols/common/rpc/alarms.hpp"

namespace hearsay::rpc {

void Alarms::set(Context& context, Duration delay, Alarm alarm) {
  if (sharing_ && shared_delay_ == delay) {
    alarms_.at(last_).push_back(alarm);
    return;
  }
  shared_delay_ = delay;
  alarms_[++last_].push_back(alarm);
  context.set_timer(delay, key_of_(last_));
}

std::vector<Alarm> Alarms::take(std::uint64_t number) { return std::move(alarms_.extract(number).mapped()); }

}  // namespace hearsay::rpc
