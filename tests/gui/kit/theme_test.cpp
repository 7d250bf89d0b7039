#include "panels/kit/theme.h"

#include <gtest/gtest.h>

#include <QApplication>
#include <QFontInfo>
#include <QImage>
#include <QPalette>
#include <QPainter>
#include <cmath>
#include <stdexcept>

#include "panels/kit/icons.h"

namespace panels::kit {
namespace {

double luminance(const QColor& c) {
  auto channel = [](double v) { return v <= 0.03928 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
  return 0.2126 * channel(c.redF()) + 0.7152 * channel(c.greenF()) + 0.0722 * channel(c.blueF());
}
double contrast(const QColor& a, const QColor& b) {
  const double x = luminance(a), y = luminance(b);
  return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

TEST(StyleSheet, TheLongerNameIsNotEatenByTheShorterOne) {
  EXPECT_EQ(expand_style_sheet(QStringLiteral("a:@tx2;b:@tx"), {{QStringLiteral("tx"), QStringLiteral("T")}, {QStringLiteral("tx2"), QStringLiteral("U")}}),
            QStringLiteral("a:U;b:T"));
}

TEST(StyleSheet, AnUnknownNameIsRefusedWithItsLine) {
  try {
    expand_style_sheet(QStringLiteral("a\nb:@nothing"), {});
    FAIL() << "it was accepted";
  } catch (const std::invalid_argument& e) {
    EXPECT_NE(std::string(e.what()).find(":2:"), std::string::npos) << e.what();
    EXPECT_NE(std::string(e.what()).find("@nothing"), std::string::npos) << e.what();
  }
}

TEST(Tokens, EveryTextIsReadableOnEveryGround) {
  for (const bool dark : {true, false})
    for (Token text : {Token::Tx, Token::Tx2, Token::Tx3, Token::Acc, Token::Ok, Token::Warn, Token::Err})
      for (Token ground : {Token::Bg0, Token::Bg1, Token::Bg2, Token::Bg3})
        EXPECT_GE(contrast(token_color(text, dark), token_color(ground, dark)), 4.5)
            << token_name(text).toStdString() << " on " << token_name(ground).toStdString() << (dark ? " dark" : " light");
}

TEST(Tokens, SwitchingTheThemeChangesThePaletteAndSaysSo) {
  int times = 0;
  const auto connection = QObject::connect(&theme(), &Theme::changed, [&] { ++times; });
  theme().set_dark(false);
  EXPECT_EQ(QApplication::palette().color(QPalette::Window), token_color(Token::Bg0, false));
  theme().set_dark(true);
  EXPECT_EQ(QApplication::palette().color(QPalette::Window), token_color(Token::Bg0, true));
  EXPECT_EQ(times, 2);
  QObject::disconnect(connection);
}

TEST(Fonts, TheBuiltInFamiliesAreTheOnesUsed) {
  EXPECT_EQ(QFontInfo(theme().font(Type::Body)).family(), QStringLiteral("Inter"));
  EXPECT_EQ(QFontInfo(theme().font(Type::Mono)).family(), QStringLiteral("JetBrains Mono"));
  const QFontMetrics m(theme().font(Type::Mono));
  for (int d = 1; d < 10; ++d) EXPECT_EQ(m.horizontalAdvance(QString::number(d)), m.horizontalAdvance(QStringLiteral("0")));
}

TEST(Icons, EachOneDrawsSomethingInTheAskedColour) {
  ASSERT_GT(icon_names().size(), 60);
  for (const QString& name : icon_names()) {
    if (name == QStringLiteral("check-on") || name == QStringLiteral("arrow-drop")) continue;  // fixed colours, for the style sheet
    const QImage image = icon_pixmap(name, Token::Err, 64).toImage().convertToFormat(QImage::Format_ARGB32);
    int inked = 0;
    for (int y = 0; y < image.height(); ++y)
      for (int x = 0; x < image.width(); ++x)
        if (qAlpha(image.pixel(x, y)) == 255) {
          ++inked;
          EXPECT_EQ(QColor(image.pixel(x, y)).rgb(), token_color(Token::Err, true).rgb()) << name.toStdString();
        }
    EXPECT_GT(inked, 4) << name.toStdString();
  }
}

TEST(Icons, AnUnknownNameIsRefused) { EXPECT_THROW(icon(QStringLiteral("no-such-icon")), std::invalid_argument); }

}  // namespace
}  // namespace panels::kit
