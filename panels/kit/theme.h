// Theme: the design system as named values. Two palettes of the same tokens, the type scale, the spacing scale, and the
// style sheet made from them. Painting code asks theme().color(Token) when it paints and never keeps a colour; widgets
// are coloured by the style sheet (property `tone` on labels). GUI thread only.
#pragma once

#include <QColor>
#include <QFont>
#include <QObject>
#include <QString>
#include <map>

namespace panels::kit {

enum class Token {
  Bg0, Bg1, Bg2, Bg3,          // window; sheet; input; hover and buttons
  Line, LineS,                 // hairline; border that carries meaning
  Tx, Tx2, Tx3,                // text; secondary; placeholder
  Acc, AccFill, OnAcc, Sel,    // links and focus; the one primary button; selected row
  Ok, Warn, Err,
  S1, S2, S3, S4, S5, S6,      // series: gateway, orders, pricing, inventory, then others
  P50, P90, P99, P999,         // percentiles, one hue in steps
  Scrim, Handle,               // behind the palette; scroll bar
  kCount
};

enum class Type {  // the type scale
  Caption,   // Inter 11/500
  Body,      // Inter 13/400
  Medium,    // Inter 13/500
  Strong,    // Inter 13/600
  Title,     // Inter 15/600
  Verdict,   // Inter 18/600
  Mono,      // JetBrains Mono 12
  MonoStrong,// JetBrains Mono 12/600
  Dense,     // JetBrains Mono 11
  Axis,      // JetBrains Mono 10
  Kpi        // JetBrains Mono 24/500
};

namespace gap {  // the only distances there are
inline constexpr int kXxs = 2, kXs = 4, kS = 6, kM = 8, kL = 12, kXl = 16, kXxl = 24, kHuge = 32;
}

namespace size {  // measures of the window, in px
inline constexpr int kTopBar = 48, kRail = 136, kRailNarrow = 72, kStatusBar = 28, kInspector = 320, kNarrowBelow = 1360;
inline constexpr int kSheetHeader = 44, kInspectorHeader = 56, kSubHeader = 40, kTabs = 36, kFilterRow = 44, kFooter = 28;
inline constexpr int kTableHeader = 28, kRowControls = 32, kRow = 26, kRowDense = 24, kRowWaterfall = 22;
inline constexpr int kControl = 28, kTag = 20, kCellPadding = 8, kRowPadding = 4;
}

class Theme : public QObject {
  Q_OBJECT
 public:
  explicit Theme(QObject* parent = nullptr);
  bool dark() const { return dark_; }
  void set_dark(bool dark);           // repaints the application when a QApplication exists
  QColor color(Token token) const;
  QColor tint(Token token, double alpha) const;       // the token at that alpha (0.14 tags, 0.08 failed rows)
  QColor series(int index) const;                     // 0…5
  QColor service_color(const QString& service) const; // pricing-3 has the colour of pricing
  const QFont& font(Type type) const;

 Q_SIGNALS:
  void changed();

 private:
  bool dark_ = true;
  std::map<Type, QFont> fonts_;
};

Theme& theme();

// Registers the fonts that are built in, sets style, palette, base font and style sheet. Call once, right after the
// QApplication was made (the window, `shots` and the test main do).
void install_theme(bool dark);

QString token_name(Token token);                      // "accFill"
QColor token_color(Token token, bool dark);
// Replaces every @name, longest first, so that @tx2 is not eaten by @tx. Throws std::invalid_argument with the name
// and line of one that is not in `names`.
QString expand_style_sheet(const QString& source, const std::map<QString, QString>& names);
std::map<QString, QString> style_names(bool dark);

}  // namespace panels::kit
