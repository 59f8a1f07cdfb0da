#include "sim/transport/stream_flow.hpp"

#include <algorithm>

namespace hearsay {

void StreamFlow::collect(Time now) {
  std::size_t count = 0;
  for (; count < acknowledgements.size() && acknowledgements[count].at <= now; ++count) {
    const Acknowledgement& next = acknowledgements[count];
    sender.acknowledged(next.segments.all(), next.sent_at, next.at, next.spread, next.earlier);
    progress = next.at;
  }
  if (count > 0) acknowledgements.erase(acknowledgements.begin(), acknowledgements.begin() + static_cast<long>(count));
}

void StreamFlow::expect(Acknowledgement&& acknowledgement) {
  if (acknowledgements.empty() || acknowledgements.back().at <= acknowledgement.at) {
    acknowledgements.push_back(std::move(acknowledgement));
    return;
  }
  const auto after = std::upper_bound(acknowledgements.begin(), acknowledgements.end(), acknowledgement.at,
                                      [](Time at, const Acknowledgement& other) { return at < other.at; });
  acknowledgements.insert(after, std::move(acknowledgement));
}

StreamFlow::Outgoing* StreamFlow::message_at(std::uint64_t byte) {
  std::size_t low = 0, high = outgoing.size();
  while (low < high) {  // the first that ends behind it
    const std::size_t middle = (low + high) / 2;
    if (outgoing[middle].end > byte)
      high = middle;
    else
      low = middle + 1;
  }
  return low < outgoing.size() && outgoing[low].begin <= byte ? &outgoing[low] : nullptr;
}

}  // namespace hearsay
