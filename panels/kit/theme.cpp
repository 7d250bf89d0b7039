#include "panels/kit/theme.h"

#include <QApplication>
#include <QFile>
#include <QFontDatabase>
#include <QPalette>
#include <QStyleFactory>
#include <array>
#include <stdexcept>

#include "panels/kit/assets.h"
#include "panels/kit/plots/style.h"

namespace panels::kit {
namespace {

struct Entry {
  Token token;
  const char* name;
  const char* dark;
  const char* light;
};

constexpr std::array<Entry, std::size_t(Token::kCount)> kTokens{{
    {Token::Bg0, "bg0", "#0F1115", "#F4F5F7"},
    {Token::Bg1, "bg1", "#15181E", "#FFFFFF"},
    {Token::Bg2, "bg2", "#1B1F27", "#F8F9FB"},
    {Token::Bg3, "bg3", "#232833", "#ECEEF2"},
    {Token::Line, "line", "#2C323E", "#DDE1E7"},
    {Token::LineS, "lineS", "#768092", "#7A8392"},
    {Token::Tx, "tx", "#E6E9EF", "#171A21"},
    {Token::Tx2, "tx2", "#A9B1BF", "#4A5363"},
    {Token::Tx3, "tx3", "#8E98A9", "#5C6675"},
    {Token::Acc, "acc", "#6CA8FF", "#1F5FCC"},
    {Token::AccFill, "accFill", "#2F6FDB", "#2563D6"},
    {Token::OnAcc, "onAcc", "#FFFFFF", "#FFFFFF"},
    {Token::Sel, "sel", "#233A5E", "#DCE8FC"},
    {Token::Ok, "ok", "#4CC38A", "#146C40"},
    {Token::Warn, "warn", "#F2B84B", "#8A5A00"},
    {Token::Err, "err", "#FF7A7A", "#C02B2B"},
    {Token::S1, "s1", "#56B4E9", "#1F6FD6"},
    {Token::S2, "s2", "#E69F00", "#D9780B"},
    {Token::S3, "s3", "#D16BA5", "#8A2465"},
    {Token::S4, "s4", "#5FE3A1", "#12A07A"},
    {Token::S5, "s5", "#F7E26B", "#4A3A00"},
    {Token::S6, "s6", "#8C6CF0", "#3B2C8F"},
    {Token::P50, "p50", "#4A74A3", "#4D8FDC"},
    {Token::P90, "p90", "#5B95CF", "#1F6FD6"},
    {Token::P99, "p99", "#8FC1F5", "#1F6FD6"},
    {Token::P999, "p999", "#D6EAFF", "#0B3B82"},
    {Token::Scrim, "scrim", "#8F08090C", "#8F171A21"},
    {Token::Handle, "handle", "#4A5363", "#B4BBC7"},
}};

const Entry& entry(Token token) { return kTokens[std::size_t(token)]; }

QFont make_font(const char* family, int px, QFont::Weight weight) {
  QFont f;
  f.setFamilies({QString::fromLatin1(family), QStringLiteral("Noto Sans CJK SC"), QStringLiteral("Noto Sans Mono CJK SC")});
  f.setPixelSize(px);
  f.setWeight(weight);
  f.setHintingPreference(QFont::PreferNoHinting);
  // Programming ligatures would turn "!=" and "->" into other shapes; numbers and code are shown as they are.
  if (family[0] == 'J') f.setStyleStrategy(QFont::PreferNoShaping);
  return f;
}

QPalette make_palette(bool dark) {
  auto c = [dark](Token t) { return token_color(t, dark); };
  QPalette p;
  for (auto group : {QPalette::Active, QPalette::Inactive, QPalette::Disabled}) {
    const QColor text = c(group == QPalette::Disabled ? Token::Tx3 : Token::Tx);
    p.setColor(group, QPalette::Window, c(Token::Bg0));
    p.setColor(group, QPalette::Base, c(Token::Bg1));
    p.setColor(group, QPalette::AlternateBase, c(Token::Bg2));
    p.setColor(group, QPalette::Button, c(Token::Bg3));
    for (auto role : {QPalette::Text, QPalette::WindowText, QPalette::ButtonText}) p.setColor(group, role, text);
    p.setColor(group, QPalette::PlaceholderText, c(Token::Tx3));
    p.setColor(group, QPalette::Highlight, c(Token::AccFill));
    p.setColor(group, QPalette::HighlightedText, c(Token::OnAcc));
    p.setColor(group, QPalette::ToolTipBase, c(Token::Bg3));
    p.setColor(group, QPalette::ToolTipText, c(Token::Tx));
    p.setColor(group, QPalette::Link, c(Token::Acc));
    p.setColor(group, QPalette::LinkVisited, c(Token::Acc));
    p.setColor(group, QPalette::Mid, c(Token::Line));
    p.setColor(group, QPalette::Dark, c(Token::Line));
    p.setColor(group, QPalette::Light, c(Token::Bg3));
    p.setColor(group, QPalette::Midlight, c(Token::Bg3));
    p.setColor(group, QPalette::Shadow, c(Token::Bg0));
  }
  return p;
}

QString style_source() {
  QFile file(QStringLiteral(":/theme/slipway.qss"));
  if (!file.open(QIODevice::ReadOnly)) throw std::logic_error("the style sheet is not among the assets");
  return QString::fromUtf8(file.readAll());
}

void apply(bool dark) {
  plots::PlotStyle style = plots::PlotStyle::of(dark);
  for (int i = 0; i < 6; ++i) style.series[std::size_t(i)] = token_color(Token(int(Token::S1) + i), dark);
  style.body = theme().font(Type::Body), style.strong = theme().font(Type::Strong), style.caption = theme().font(Type::Caption);
  style.mono = theme().font(Type::Mono), style.dense = theme().font(Type::Dense), style.axis = theme().font(Type::Axis);
  plots::set_current_style(style);
  if (!qApp) return;
  QApplication::setPalette(make_palette(dark));
  qApp->setStyleSheet(expand_style_sheet(style_source(), style_names(dark)));
}

}  // namespace

Theme::Theme(QObject* parent) : QObject(parent) {
  using W = QFont;
  // 450 finds Inter Medium; asking for 500 makes Qt embolden that face a second time.
  constexpr auto kMedium = QFont::Weight(450);
  fonts_ = {{Type::Caption, make_font("Inter", 11, kMedium)},
            {Type::Body, make_font("Inter", 13, W::Normal)},
            {Type::Medium, make_font("Inter", 13, kMedium)},
            {Type::Strong, make_font("Inter", 13, W::DemiBold)},
            {Type::Title, make_font("Inter", 15, W::DemiBold)},
            {Type::Verdict, make_font("Inter", 18, W::DemiBold)},
            {Type::Mono, make_font("JetBrains Mono", 12, W::Normal)},
            {Type::MonoStrong, make_font("JetBrains Mono", 12, W::DemiBold)},
            {Type::Dense, make_font("JetBrains Mono", 11, W::Normal)},
            {Type::Axis, make_font("JetBrains Mono", 10, W::Normal)},
            {Type::Kpi, make_font("JetBrains Mono", 24, W::Medium)}};
}

void Theme::set_dark(bool dark) {
  if (dark == dark_) return;
  dark_ = dark;
  apply(dark);
  Q_EMIT changed();
}

QColor Theme::color(Token token) const { return token_color(token, dark_); }

QColor Theme::tint(Token token, double alpha) const {
  QColor c = color(token);
  c.setAlphaF(float(alpha));
  return c;
}

QColor Theme::series(int index) const { return color(Token(int(Token::S1) + ((index % 6) + 6) % 6)); }
QColor Theme::service_color(const QString& service) const { return series(plots::series_of_service(service)); }
const QFont& Theme::font(Type type) const { return fonts_.at(type); }

Theme& theme() {
  static Theme* instance = new Theme;  // lives as long as the process: widgets may outlive static objects
  return *instance;
}

void install_theme(bool dark) {
  register_assets();
  static bool fonts_done = false;
  if (!fonts_done) {
    fonts_done = true;
    for (const char* name : {"Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf", "JetBrainsMono-Regular.ttf",
                             "JetBrainsMono-Medium.ttf", "JetBrainsMono-SemiBold.ttf"})
      QFontDatabase::addApplicationFont(QStringLiteral(":/fonts/") + QString::fromLatin1(name));
  }
  QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
  QApplication::setFont(theme().font(Type::Body));
  if (theme().dark() == dark) {
    apply(dark);
    Q_EMIT theme().changed();
  } else {
    theme().set_dark(dark);
  }
}

QString token_name(Token token) { return QString::fromLatin1(entry(token).name); }
QColor token_color(Token token, bool dark) { return QColor(QLatin1String(dark ? entry(token).dark : entry(token).light)); }

QString expand_style_sheet(const QString& source, const std::map<QString, QString>& names) {
  QString out;
  out.reserve(source.size() * 2);
  int line = 1;
  for (qsizetype i = 0; i < source.size();) {
    const QChar c = source[i];
    if (c == QLatin1Char('\n')) ++line;
    if (c != QLatin1Char('@')) {
      out += c, ++i;
      continue;
    }
    qsizetype end = i + 1;
    while (end < source.size() && (source[end].isLetterOrNumber() || source[end] == QLatin1Char('_'))) ++end;
    const QString name = source.mid(i + 1, end - i - 1);  // the whole word, so @tx never eats @tx2
    auto found = names.find(name);
    if (found == names.end())
      throw std::invalid_argument("style sheet:" + std::to_string(line) + ": @" + name.toStdString() +
                                  " is not a token (see panels/kit/theme.h)");
    out += found->second;
    i = end;
  }
  return out;
}

std::map<QString, QString> style_names(bool dark) {
  std::map<QString, QString> names;
  for (const Entry& e : kTokens) {
    const QColor c = token_color(e.token, dark);
    names[QString::fromLatin1(e.name)] =
        c.alpha() == 255 ? c.name() : QStringLiteral("rgba(%1,%2,%3,%4)").arg(c.red()).arg(c.green()).arg(c.blue()).arg(c.alpha());
  }
  return names;
}

}  // namespace panels::kit
