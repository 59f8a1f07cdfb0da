// Keys by Zipf's law (Zipf 1949; YCSB): the key of rank r, 1, 2, ..., is drawn in proportion to 1/r^exponent.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "sim/core/exact_math.hpp"
#include "sim/core/parameters.hpp"
#include "sim/core/random.hpp"
#include "sim/workload/kinds.hpp"

namespace hearsay {

class Zipf {
 public:
  // Of `keys` keys, at least one. With an exponent of 0 all are alike.
  Zipf(std::size_t keys, double exponent) {
    double sum = 0;
    for (std::size_t rank = 1; rank <= keys; ++rank)
      sums_.push_back(sum += exact::pow(static_cast<double>(rank), -exponent));
  }

  // A key's rank, counted from 0: a binary search for a uniform number below the sum of all weights.
  std::size_t draw(RandomStream& random) const {
    const auto it = std::upper_bound(sums_.begin(), sums_.end(), random.uniform() * sums_.back());
    return std::min(static_cast<std::size_t>(it - sums_.begin()), sums_.size() - 1);
  }

 private:
  std::vector<double> sums_;  // of the weights of ranks 1..r
};

// Throws ParameterError if an exponent is given that nothing follows.
template <class Fields>
void check_zipf(const Fields& fields) {
  if (fields.distribution == Distribution::uniform && fields.zipf_exponent != Fields{}.zipf_exponent)
    throw ParameterError("zipf_exponent",
                         "zipf_exponent has no meaning with `distribution: uniform`; leave it out, or give "
                         "`distribution: zipf`");
}

}  // namespace hearsay
