// Icons: our own drawings on a 24 px grid with a 1.75 stroke (resources/icons), tinted by a token when painted, so they
// follow a change of theme. An unknown name is a broken invariant and throws std::invalid_argument. GUI thread only.
#pragma once

#include <QIcon>
#include <QPixmap>
#include <QRectF>
#include <QString>
#include <QStringList>

#include "panels/kit/theme.h"

class QPainter;

namespace panels::kit {

// For buttons, menus and labels. Checked state is painted in `on`, disabled in Tx3.
QIcon icon(const QString& name, Token token = Token::Tx2, Token on = Token::Acc);
QPixmap icon_pixmap(const QString& name, Token token, int size = 16, qreal dpr = 1);
void paint_icon(QPainter& painter, const QString& name, const QColor& color, const QRectF& where);
QStringList icon_names();

}  // namespace panels::kit
