// What the statistics of sim/report say of samples on stdin, for the comparison with scipy (statistics_test.py). A line
// is a function and its sample; the answer is a line of numbers, `none` where there is none.
#include <cstdio>
#include <iostream>
#include <sstream>
#include <vector>

#include "sim/report/statistics.hpp"

namespace {

void print(std::initializer_list<double> numbers) {
  for (const double number : numbers) std::printf("%.17g ", number);
  std::printf("\n");
}

void answer(const std::string& function, const std::vector<double>& sample, double q) {
  using namespace hearsay;
  if (function == "signed_rank") {
    const SignedRank r = signed_rank(sample);
    print({r.p_greater, r.shift, r.interval.low, r.interval.high});
  } else if (function == "bootstrap") {
    const auto interval = bootstrap_interval_of_median(sample);
    interval ? print({interval->low, interval->high}) : void(std::puts("none"));
  } else if (function == "median") {
    print({*median(sample)});
  } else if (function == "quantile") {
    print({*quantile(sample, q)});
  }
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string function;
    double q = 0;
    words >> function;
    if (function == "quantile") words >> q;
    std::vector<double> sample;
    for (double number = 0; words >> number;) sample.push_back(number);
    answer(function, sample, q);
  }
}
