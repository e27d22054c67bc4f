// SPDX-License-Identifier: Apache-2.0
#include "http/tokens.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "text/bridge.h"

namespace vitals {
namespace {

bool is_visible_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

// Visits the tokens of a file and where they stand, and appends what is wrong with it.
void for_each_token(const std::string& path, std::string& errors,
                    absl::FunctionRef<void(std::string_view, const std::string&)> visit) {
  std::ifstream in(path);
  if (!in) {
    errors += cat(path, ": ", std::strerror(errno), "\n");
    return;
  }
  std::string line;
  std::size_t number = 0;
  std::size_t tokens = 0;
  while (tokens <= most_tokens_a_file && std::getline(in, line)) {
    const std::string place = cat(path, ":", ++number);
    const std::string_view token = to_std(absl::StripAsciiWhitespace(line));
    if (token.empty() || token.front() == '#') continue;
    ++tokens;
    // The token itself stays out of the message: it goes to a log.
    if (token.size() < shortest_token || token.size() > longest_token || !is_visible_ascii(token)) {
      errors += cat(place, ": expected a token of ", shortest_token, " to ", longest_token,
                    " visible ASCII characters\n");
      continue;
    }
    visit(token, place);
  }
  if (in.bad()) errors += cat(path, ": cannot be read\n");
  if (tokens == 0 || tokens > most_tokens_a_file) {
    errors += cat(path, ": expected 1 to ", most_tokens_a_file, " tokens, a line each\n");
  }
}

// The lines without the last line feed.
absl::Status errors_of(std::string errors) {
  errors.pop_back();
  return invalid(errors);
}

}  // namespace

TokenBook::Digest TokenBook::digest_of(std::string_view token) {
  Digest digest{};
  SHA256(reinterpret_cast<const unsigned char*>(token.data()), token.size(), digest.data());
  return digest;
}

void TokenBook::add(std::string_view token, const std::string& owner, const std::string& place,
                    std::string& errors) {
  const Digest digest = digest_of(token);
  const auto same = std::find_if(entries_.begin(), entries_.end(),
                                 [&](const Entry& entry) { return entry.digest == digest; });
  if (same == entries_.end()) {
    entries_.push_back({.digest = digest, .owner = owner});
  } else if (same->owner != owner) {
    errors += cat(place, ": this is also a token of ", same->owner, ", expected one of its own\n");
  }
}

absl::StatusOr<TokenBook> TokenBook::read(const std::vector<TokenFile>& files) {
  TokenBook book;
  std::string errors;
  for (const TokenFile& file : files) {
    for_each_token(file.path, errors, [&](std::string_view token, const std::string& place) {
      book.add(token, file.owner, place, errors);
    });
  }
  if (errors.empty()) return book;
  return errors_of(std::move(errors));
}

absl::StatusOr<std::string> first_token(const std::string& path) {
  std::string errors;
  std::string first;
  for_each_token(path, errors, [&](std::string_view token, const std::string&) {
    if (first.empty()) first = token;
  });
  if (errors.empty()) return first;
  return errors_of(std::move(errors));
}

std::optional<std::string_view> TokenBook::owner_of(std::string_view token) const {
  const Digest digest = digest_of(token);
  const Entry* found = nullptr;
  for (const Entry& entry : entries_) {  // all of them, whichever it is
    if (CRYPTO_memcmp(entry.digest.data(), digest.data(), digest.size()) == 0) found = &entry;
  }
  if (found == nullptr) return std::nullopt;
  return found->owner;
}

std::string TokenBook::state_of(const std::vector<TokenFile>& files) {
  std::string out;
  for (const TokenFile& file : files) {
    struct stat facts{};
    if (stat(file.path.c_str(), &facts) != 0) {
      out += "gone;";
      continue;
    }
    out += cat(facts.st_ino, ":", facts.st_size, ":", facts.st_mtim.tv_sec, ".",
               facts.st_mtim.tv_nsec, ";");
  }
  return out;
}

std::optional<std::string_view> bearer_token(std::string_view authorization) {
  constexpr std::string_view scheme = "Bearer ";
  if (!absl::StartsWithIgnoreCase(to_absl(authorization), to_absl(scheme))) return std::nullopt;
  const std::string_view token = authorization.substr(scheme.size());
  if (token.empty() || token.size() > longest_token || !is_visible_ascii(token))
    return std::nullopt;
  return token;
}

}  // namespace vitals
