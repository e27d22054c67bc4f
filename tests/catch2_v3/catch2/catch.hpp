// SPDX-License-Identifier: Apache-2.0
// What Catch2 3 calls its headers and names, under the names of Catch2 2. Only on the include path
// where Catch2 is 3, as in Debian 13.
#pragma once

#include <catch2/catch_all.hpp>
#include <string>

using Catch::Approx;

namespace Catch {

using Matchers::EndsWith;
using Matchers::StartsWith;

inline auto Contains(const std::string& part) { return Matchers::ContainsSubstring(part); }

}  // namespace Catch
