// SPDX-License-Identifier: Apache-2.0
// Bearer tokens: who may speak for whom. Read from files, compared in constant time, replaced while
// the service runs.
#ifndef VITALS_LIB_HTTP_TOKENS_H
#define VITALS_LIB_HTTP_TOKENS_H

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace vitals {

inline constexpr std::size_t shortest_token = 16;
inline constexpr std::size_t longest_token = 256;
inline constexpr std::size_t most_tokens_a_file = 16;

struct TokenFile {
  std::string owner;
  std::string path;
};

// All tokens of all owners as they were at one moment. Only their digests are kept.
class TokenBook {
 public:
  // A token a line; blank lines and those that begin with `#` say nothing. Several tokens of one
  // owner are all valid, which is how one is replaced by another. Errors: `FILE:LINE: ...`, of all
  // files in one go: a file that cannot be read or has no token, a token that is too short, too
  // long or no visible ASCII, one that two owners have.
  [[nodiscard]] static absl::StatusOr<TokenBook> read(const std::vector<TokenFile>& files);

  // Whose token it is. The time that it takes does not depend on which bytes are right.
  [[nodiscard]] std::optional<std::string_view> owner_of(std::string_view token) const;

  // What the files look like; differs when somebody has replaced or rewritten one.
  [[nodiscard]] static std::string state_of(const std::vector<TokenFile>& files);

  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  using Digest = std::array<unsigned char, 32>;
  struct Entry {
    Digest digest;
    std::string owner;
  };
  static Digest digest_of(std::string_view token);
  void add(std::string_view token, const std::string& owner, const std::string& place,
           std::string& errors);

  std::vector<Entry> entries_;
};

// The first token of a file, for who shows it to others. Errors: as of TokenBook::read().
[[nodiscard]] absl::StatusOr<std::string> first_token(const std::string& path);

// The token in `Authorization: Bearer TOKEN`; none where the header says something else.
[[nodiscard]] std::optional<std::string_view> bearer_token(std::string_view authorization);

}  // namespace vitals

#endif  // VITALS_LIB_HTTP_TOKENS_H
