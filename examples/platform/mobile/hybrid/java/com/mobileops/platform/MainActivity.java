package com.mobileops.platform;

import android.content.BroadcastReceiver;
import android.content.Context;
import android.content.Intent;
import android.content.IntentFilter;
import android.os.BatteryManager;
import android.view.WindowManager;

/** The status page, for a phone that stands on a desk: while it is charged, its screen stays on. */
public final class MainActivity extends WebViewActivity {
    private final BroadcastReceiver power = new BroadcastReceiver() {
        @Override
        public void onReceive(Context context, Intent battery) {
            keepScreenOn(battery.getIntExtra(BatteryManager.EXTRA_PLUGGED, 0) != 0);
        }
    };

    @Override
    protected void onStart() {
        super.onStart();
        // The broadcast is sticky: the present state comes at once.
        registerReceiver(power, new IntentFilter(Intent.ACTION_BATTERY_CHANGED));
    }

    @Override
    protected void onStop() {
        unregisterReceiver(power);
        super.onStop();
    }

    private void keepScreenOn(boolean isPlugged) {
        if (isPlugged) {
            getWindow().addFlags(WindowManager.LayoutParams.FLAG_KEEP_SCREEN_ON);
        } else {
            getWindow().clearFlags(WindowManager.LayoutParams.FLAG_KEEP_SCREEN_ON);
        }
    }
}
