#include "slipway/http/chunked.h"

#include <gtest/gtest.h>

namespace slipway::http {
namespace {

using State = ChunkedDecoder::State;

struct Fed {
  State state = State::More;
  std::string body;
  std::size_t taken = 0;
};

Fed feed(std::string_view bytes, std::size_t step, std::size_t limit = 1024) {
  ChunkedDecoder decoder(limit);
  Fed f;
  for (std::size_t at = 0; at < bytes.size() && f.state == State::More; at += step) f.state = decoder.feed(bytes.substr(at, step), f.body, f.taken);
  return f;
}

TEST(Chunked, DecodesWhateverTheSlices) {
  const std::string bytes = "5\r\nhello\r\n6;name=\"value\"\r\n world\r\n0\r\nTrailer: x\r\n\r\nGET /next";
  for (std::size_t step = 1; step <= bytes.size(); ++step) {
    const Fed f = feed(bytes, step);
    EXPECT_EQ(f.state, State::Done) << step;
    EXPECT_EQ(f.body, "hello world") << step;
    EXPECT_EQ(f.taken, bytes.size() - 9) << step;
  }
}

TEST(Chunked, RefusesWhatCouldBeReadInTwoWays) {
  for (const char* bad : {"5\nhello\r\n0\r\n\r\n",           // bare line feed after the size
                          "5\r\nhello\n0\r\n\r\n",           // and after the data
                          "5;a\nb\r\nhello\r\n0\r\n\r\n",    // and within an extension
                          "+5\r\nhello\r\n0\r\n\r\n", "-1\r\n", " 5\r\nhello\r\n0\r\n\r\n", "5 \r\nhello\r\n0\r\n\r\n", "0x5\r\nhello\r\n0\r\n\r\n",
                          "\r\nhello", "5\r\nhelloX\r\n0\r\n\r\n", "5\r\nhello0\r\n\r\n", "0000000000000005\r\nhello\r\n0\r\n\r\n",
                          "0\r\n folded\r\n\r\n", "0\r\nX: y\n\r\n", "0\r\n: y\r\n\r\n"})
    EXPECT_EQ(feed(bad, 1).state, State::Malformed) << bad;
}

TEST(Chunked, StopsAtTheLimitBeforeTheBytesCome) {
  EXPECT_EQ(feed("401\r\n", 5, 1024).state, State::TooLarge);
  EXPECT_EQ(feed("ffffffffffffff\r\n", 20, 1024).state, State::TooLarge);
  EXPECT_EQ(feed("400\r\n", 5, 1024).state, State::More);
}

TEST(Chunked, RefusesFramingThatOutweighsTheData) {
  std::string bytes;
  for (int i = 0; i < 1000; ++i) bytes += "1;" + std::string(200, 'x') + "\r\na\r\n";
  EXPECT_EQ(feed(bytes, 4096, 1 << 20).state, State::Malformed);
}

}  // namespace
}  // namespace slipway::http
