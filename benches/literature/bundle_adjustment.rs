//! The derivatives of bundle adjustment, written by hand.

use crate::programs::bundle_adjustment::{Camera, Observation, project};
use chainrule::{Differentiable, Rng};

type CameraTangent = <Camera as Differentiable>::Tangent;

pub struct Problem {
    pub cameras: Vec<Camera>,
    pub points: Vec<[f64; 3]>,
    pub weights: Vec<f64>,
    pub observations: Vec<Observation>,
}

impl Problem {
    pub fn random(cameras: usize, points: usize, observations: usize) -> Self {
        let mut rng = Rng::seed(32);
        let mut number = |low: f64, high: f64| low + (high - low) * rng.uniform();
        let cameras: Vec<Camera> = (0..cameras)
            .map(|_| Camera {
                rotation: [0; 3].map(|_| number(-0.5, 0.5)),
                center: [0; 3].map(|_| number(-1.0, 1.0)),
                focal_length: number(400.0, 600.0),
                principal_point: [number(-3.0, 3.0), number(-3.0, 3.0)],
                distortion: [number(-0.1, 0.1), number(-0.01, 0.01)],
            })
            .collect();
        let points: Vec<[f64; 3]> = (0..points)
            .map(|_| [number(-1.0, 1.0), number(-1.0, 1.0), number(5.0, 7.0)])
            .collect();
        let weights = (0..observations).map(|_| number(0.8, 1.2)).collect();
        let observations = (0..observations)
            .map(|o| {
                let (camera, point) = (o % cameras.len(), o % points.len());
                let [x, y] = project(&cameras[camera], &points[point]);
                let feature = [x + number(-1.0, 1.0), y + number(-1.0, 1.0)];
                Observation {
                    camera,
                    point,
                    feature,
                }
            })
            .collect();
        Problem {
            cameras,
            points,
            weights,
            observations,
        }
    }
}

/// Two residuals, and their derivatives by the camera (rotation, center, focal length, principal point, distortion), the point
/// and the weight.
pub fn jacobian(
    camera: &Camera,
    point: &[f64; 3],
    weight: f64,
    feature: &[f64; 2],
) -> ([f64; 2], [[f64; 15]; 2]) {
    let seen = View::of(camera, point);
    let [x, y] = seen.projected;
    let error = [x - feature[0], y - feature[1]];
    let rows = [0, 1].map(|component| {
        let mut unit = [0.0; 2];
        unit[component] = weight;
        let (camera_bar, point_bar) = seen.pull(camera, point, unit);
        let mut row = [0.0; 15];
        row[..11].copy_from_slice(&camera_bar);
        row[11..14].copy_from_slice(&point_bar);
        row[14] = error[component];
        row
    });
    ([weight * error[0], weight * error[1]], rows)
}

/// The value of the cost; adds its gradient to zeros.
pub fn value_and_grad(
    problem: &Problem,
    cameras_bar: &mut [CameraTangent],
    points_bar: &mut [[f64; 3]],
    weights_bar: &mut [f64],
) -> f64 {
    for bar in cameras_bar.iter_mut() {
        bar.rotation = [0.0; 3];
        bar.center = [0.0; 3];
        bar.focal_length = 0.0;
        bar.principal_point = [0.0; 2];
        bar.distortion = [0.0; 2];
    }
    points_bar.fill([0.0; 3]);
    let mut sum = 0.0;
    let observations = problem
        .observations
        .iter()
        .zip(&problem.weights)
        .zip(weights_bar);
    for ((observation, &weight), weight_bar) in observations {
        let camera = &problem.cameras[observation.camera];
        let point = &problem.points[observation.point];
        let seen = View::of(camera, point);
        let error = [0, 1].map(|i| seen.projected[i] - observation.feature[i]);
        let squares = error[0] * error[0] + error[1] * error[1];
        let lost = 1.0 - weight * weight;
        sum += weight * weight * squares + lost * lost;
        *weight_bar = weight * squares - 2.0 * weight * lost;
        let cotangent = error.map(|error| weight * weight * error);
        let (camera_bar, point_bar) = seen.pull(camera, point, cotangent);
        let bar = &mut cameras_bar[observation.camera];
        for i in 0..3 {
            bar.rotation[i] += camera_bar[i];
            bar.center[i] += camera_bar[3 + i];
            points_bar[observation.point][i] += point_bar[i];
        }
        bar.focal_length += camera_bar[6];
        for i in 0..2 {
            bar.principal_point[i] += camera_bar[7 + i];
            bar.distortion[i] += camera_bar[9 + i];
        }
    }
    0.5 * sum
}

/// A point in a camera, and what the derivatives need of it.
struct View {
    axis: [f64; 3],
    angle: f64,
    sin: f64,
    cos: f64,
    from_center: [f64; 3],
    crossed: [f64; 3],
    along: f64,
    depth: f64,
    plane: [f64; 2],
    squared: f64,
    stretch: f64,
    projected: [f64; 2],
}

impl View {
    #[inline(always)]
    fn of(camera: &Camera, point: &[f64; 3]) -> Self {
        let r = &camera.rotation;
        let from_center = [0, 1, 2].map(|i| point[i] - camera.center[i]);
        let angle = dot(r, r).sqrt();
        let (sin, cos) = angle.sin_cos();
        let inverse = if angle == 0.0 { 0.0 } else { 1.0 / angle };
        let axis = r.map(|r| r * inverse);
        let crossed = cross(&axis, &from_center);
        let along = dot(&axis, &from_center);
        let lift = along * (1.0 - cos);
        let seen = [0, 1, 2].map(|i| from_center[i] * cos + crossed[i] * sin + axis[i] * lift);
        let depth = 1.0 / seen[2];
        let plane = [seen[0] * depth, seen[1] * depth];
        let squared = plane[0] * plane[0] + plane[1] * plane[1];
        let [k0, k1] = camera.distortion;
        let stretch = 1.0 + (k0 + k1 * squared) * squared;
        let scale = camera.focal_length * stretch;
        let projected = [0, 1].map(|i| scale * plane[i] + camera.principal_point[i]);
        View {
            axis,
            angle,
            sin,
            cos,
            from_center,
            crossed,
            along,
            depth,
            plane,
            squared,
            stretch,
            projected,
        }
    }

    /// The cotangents of the camera and the point, from that of the projection.
    #[inline(always)]
    fn pull(&self, camera: &Camera, _: &[f64; 3], p: [f64; 2]) -> ([f64; 11], [f64; 3]) {
        let [k0, k1] = camera.distortion;
        let focal = camera.focal_length;
        let View {
            axis,
            sin,
            cos,
            from_center,
            plane,
            squared,
            ..
        } = self;
        let inner = p[0] * plane[0] + p[1] * plane[1];
        let stretch_bar = focal * inner;
        let squared_bar = stretch_bar * (k0 + 2.0 * k1 * squared);
        let plane_bar = [0, 1].map(|i| focal * self.stretch * p[i] + 2.0 * squared_bar * plane[i]);
        let s = [
            plane_bar[0] * self.depth,
            plane_bar[1] * self.depth,
            -(plane_bar[0] * plane[0] + plane_bar[1] * plane[1]) * self.depth,
        ];
        // Of the rotation: its transpose turns back.
        let versine = 1.0 - cos;
        let (s_crossed, s_along) = (cross(&s, axis), dot(&s, axis));
        let point_bar =
            [0, 1, 2].map(|i| s[i] * cos + s_crossed[i] * sin + axis[i] * s_along * versine);
        let rotation_bar = if self.angle == 0.0 {
            cross(from_center, &s)
        } else {
            let angle_bar =
                cos * dot(&s, &self.crossed) + sin * (self.along * s_along - dot(&s, from_center));
            let crossed = cross(from_center, &s);
            let axis_bar = [0, 1, 2].map(|i| {
                crossed[i] * sin + versine * (s[i] * self.along + s_along * from_center[i])
            });
            let radial = dot(&axis_bar, axis);
            let inverse = 1.0 / self.angle;
            [0, 1, 2].map(|i| axis[i] * angle_bar + (axis_bar[i] - axis[i] * radial) * inverse)
        };
        let camera_bar = [
            rotation_bar[0],
            rotation_bar[1],
            rotation_bar[2],
            -point_bar[0],
            -point_bar[1],
            -point_bar[2],
            self.stretch * inner,
            p[0],
            p[1],
            stretch_bar * squared,
            stretch_bar * squared * squared,
        ];
        (camera_bar, point_bar)
    }
}

fn dot(a: &[f64; 3], b: &[f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn cross(a: &[f64; 3], b: &[f64; 3]) -> [f64; 3] {
    [
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    ]
}
