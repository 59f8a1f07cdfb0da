#include "protocols/swim-cache/vivaldi.hpp"

#include <algorithm>
#include <cmath>

namespace hearsay::membership {
namespace {

using Vector = std::array<double, 8>;

constexpr double least_height = 10e-6, largest_error = 1.5;
constexpr double error_share = 0.25, move_share = 0.25;  // Vivaldi's c_e and c_c
constexpr double gravity = 150;                          // seconds at which the origin pulls with force 1
constexpr double almost_nothing = 1e-6;
constexpr double longest = 10;
constexpr std::size_t filter_size = 3;

double length(const Vector& v) {
  double sum = 0;
  for (const double x : v) sum += x * x;
  return std::sqrt(sum);
}

Vector difference(const Vector& a, const Vector& b) {
  Vector d;
  for (std::size_t i = 0; i < d.size(); ++i) d[i] = a[i] - b[i];
  return d;
}

Vector scaled(Vector v, double factor) {
  for (double& x : v) x *= factor;
  return v;
}

double raw_distance(const Coordinate& a, const Coordinate& b) {
  return length(difference(a.place, b.place)) + a.height + b.height;
}

// The direction from `b` to `a`, and how far apart they are; of two that lie on each other any direction.
Vector direction(const Vector& a, const Vector& b, double& apart, RandomStream& random) {
  Vector d = difference(a, b);
  apart = length(d);
  if (apart > almost_nothing) return scaled(d, 1 / apart);
  for (double& x : d) x = random.uniform() - 0.5;
  if (const double any = length(d); any > almost_nothing) return scaled(d, 1 / any);
  d = {};
  d[0] = 1;
  return d;
}

}  // namespace

double distance(const Coordinate& a, const Coordinate& b) {
  const double raw = raw_distance(a, b);
  const double adjusted = raw + a.adjustment + b.adjustment;
  return adjusted > 0 ? adjusted : raw;
}

void encode(MessagePack& out, const Coordinate& coordinate) {
  out.byte(1).map(4);
  out.text("Adjustment").real(coordinate.adjustment);
  out.text("Error").real(coordinate.error);
  out.text("Height").real(coordinate.height);
  out.text("Vec").list(static_cast<std::uint32_t>(coordinate.place.size()));
  for (const double x : coordinate.place) out.real(x);
}

void Vivaldi::learn(NodeId other, const Coordinate& coordinate, double round_trip, RandomStream& random) {
  if (round_trip < 0 || round_trip > longest) return;
  const double usual = filtered(other, round_trip);
  spring(coordinate, usual, random);
  adjust(coordinate, usual);
  pull_to_origin(random);
}

// The median of the last three: one late ack does not move a member.
double Vivaldi::filtered(NodeId other, double round_trip) {
  std::vector<double>& recent = recent_[other];
  recent.push_back(round_trip);
  if (recent.size() > filter_size) recent.erase(recent.begin());
  std::vector<double> sorted = recent;
  std::sort(sorted.begin(), sorted.end());
  return sorted[sorted.size() / 2];
}

void Vivaldi::spring(const Coordinate& other, double round_trip, RandomStream& random) {
  const double estimate = distance(own_, other);
  const double measured = std::max(round_trip, almost_nothing);
  const double wrongness = std::abs(estimate - measured) / measured;
  const double weight = own_.error / std::max(own_.error + other.error, almost_nothing);
  own_.error = std::min(error_share * weight * wrongness + own_.error * (1 - error_share * weight), largest_error);
  push(move_share * weight * (measured - estimate), other, random);
}

void Vivaldi::push(double force, const Coordinate& from, RandomStream& random) {
  double apart = 0;
  const Vector unit = direction(own_.place, from.place, apart, random);
  for (std::size_t i = 0; i < unit.size(); ++i) own_.place[i] += unit[i] * force;
  if (apart > almost_nothing)
    own_.height = std::max((own_.height + from.height) * force / apart + own_.height, least_height);
}

void Vivaldi::adjust(const Coordinate& other, double round_trip) {
  residuals_[next_residual_] = round_trip - raw_distance(own_, other);
  next_residual_ = (next_residual_ + 1) % residuals_.size();
  double sum = 0;
  for (const double residual : residuals_) sum += residual;
  own_.adjustment = sum / (2 * static_cast<double>(residuals_.size()));
}

// Against drift: coordinates say something of each other alone.
void Vivaldi::pull_to_origin(RandomStream& random) {
  const Coordinate origin;
  const double share = distance(origin, own_) / gravity;
  push(-(share * share), origin, random);
}

}  // namespace hearsay::membership
