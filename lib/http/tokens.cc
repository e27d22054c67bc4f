// SPDX-License-Identifier: Apache-2.0
#include "http/tokens.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "text/bridge.h"

namespace vitals {
namespace {

constexpr std::size_t longest_line = 4096;

bool is_visible_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

std::string_view without_blanks(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

TokenBook::Digest TokenBook::digest_of(std::string_view token) {
  Digest digest{};
  SHA256(reinterpret_cast<const unsigned char*>(token.data()), token.size(), digest.data());
  return digest;
}

void TokenBook::add(std::string_view token, const std::string& owner, const std::string& place,
                    std::string& errors) {
  // The token itself stays out of the message: it goes to a log.
  if (token.size() < shortest_token || token.size() > longest_token || !is_visible_ascii(token)) {
    errors += cat(place, ": expected a token of ", shortest_token, " to ", longest_token,
                  " visible ASCII characters\n");
    return;
  }
  const Digest digest = digest_of(token);
  const auto same = std::find_if(entries_.begin(), entries_.end(),
                                 [&](const Entry& entry) { return entry.digest == digest; });
  if (same == entries_.end()) {
    entries_.push_back({.digest = digest, .owner = owner});
  } else if (same->owner != owner) {
    errors += cat(place, ": this is also a token of ", same->owner, ", expected one of its own\n");
  }
}

void TokenBook::read_file(const TokenFile& file, std::string& errors) {
  std::ifstream in(file.path);
  if (!in) {
    errors += cat(file.path, ": ", std::strerror(errno), "\n");
    return;
  }
  std::string line;
  std::size_t number = 0;
  std::size_t tokens = 0;
  while (tokens <= most_tokens_a_file && std::getline(in, line)) {
    ++number;
    const std::string_view token = without_blanks(line);
    if (line.size() > longest_line) {
      errors += cat(file.path, ":", number, ": too long for a line of tokens\n");
      return;
    }
    if (token.empty() || token.front() == '#') continue;
    ++tokens;
    add(token, file.owner, cat(file.path, ":", number), errors);
  }
  if (in.bad()) errors += cat(file.path, ": cannot be read\n");
  if (tokens == 0 || tokens > most_tokens_a_file) {
    errors += cat(file.path, ": expected 1 to ", most_tokens_a_file, " tokens, a line each\n");
  }
}

absl::StatusOr<TokenBook> TokenBook::read(const std::vector<TokenFile>& files) {
  TokenBook book;
  std::string errors;
  for (const TokenFile& file : files) book.read_file(file, errors);
  if (errors.empty()) return book;
  errors.pop_back();  // the last line feed
  return invalid(errors);
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
  constexpr std::string_view scheme = "bearer ";
  if (authorization.size() <= scheme.size()) return std::nullopt;
  for (std::size_t i = 0; i < scheme.size(); ++i) {
    if (lower(authorization[i]) != scheme[i]) return std::nullopt;
  }
  const std::string_view token = authorization.substr(scheme.size());
  if (token.size() > longest_token || !is_visible_ascii(token)) return std::nullopt;
  return token;
}

}  // namespace vitals
