// Catch2 3 under the names of Catch2 2. Tests include <catch2/catch.hpp>, as Catch2 2 (Debian 12) calls it; where
// Catch2 3 is installed (Debian 13), cmake/Dependencies.cmake puts this file in its place.
#pragma once

#include <catch2/catch_all.hpp>
#include <string>
#include <utility>

namespace Catch {
using Matchers::StartsWith;
inline auto Contains(std::string text) { return Matchers::ContainsSubstring(std::move(text)); }
}  // namespace Catch

using Catch::Approx;
